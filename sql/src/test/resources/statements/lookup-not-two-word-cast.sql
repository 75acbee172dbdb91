SELECT id FROM people WHERE mail = $1::character varying

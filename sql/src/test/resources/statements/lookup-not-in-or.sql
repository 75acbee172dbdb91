SELECT id FROM people WHERE mail = $1 OR name = $2

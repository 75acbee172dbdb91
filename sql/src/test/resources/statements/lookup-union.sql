SELECT id FROM people WHERE mail = 'a' UNION SELECT id FROM people WHERE "Phone" = 'b'

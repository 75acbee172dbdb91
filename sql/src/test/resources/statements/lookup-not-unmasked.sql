SELECT id FROM people WHERE name = $1 AND id = 5

SELECT id FROM people WHERE NOT mail = $1

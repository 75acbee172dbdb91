SELECT id, name FROM people WHERE mail = $1

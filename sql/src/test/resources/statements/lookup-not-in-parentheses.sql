SELECT id FROM people WHERE mail = ($1)

DELETE FROM people WHERE mail = $1

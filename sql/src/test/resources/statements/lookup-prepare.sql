PREPARE p (text) AS SELECT name FROM people WHERE mail = $1

WITH one AS (SELECT id FROM people WHERE mail = $1) SELECT * FROM one

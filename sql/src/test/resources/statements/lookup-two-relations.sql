SELECT 1 FROM people a, people b WHERE a.mail = $1 AND b.mail = $2 AND a.mail = $3

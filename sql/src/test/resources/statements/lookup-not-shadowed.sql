WITH people AS (SELECT 1 AS id, 'a' AS mail) SELECT id FROM people WHERE mail = 'a'

SELECT * FROM (WITH users AS (SELECT 1) SELECT * FROM users) x, users

SELECT DISTINCT ON (n) lower(name) AS n, id FROM customers ORDER BY n, id

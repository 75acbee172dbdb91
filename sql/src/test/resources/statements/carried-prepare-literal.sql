PREPARE q (int, text) AS UPDATE customers SET name = $2 WHERE id = $1; EXECUTE q (3, 'x'); EXPLAIN ANALYZE EXECUTE q (4, 'y')

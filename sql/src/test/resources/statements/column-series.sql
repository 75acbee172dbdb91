SELECT n, id FROM generate_series(1, 3) AS n, orders WHERE id = n

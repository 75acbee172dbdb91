INSERT INTO orders (total) VALUES (3) RETURNING *, id AS key

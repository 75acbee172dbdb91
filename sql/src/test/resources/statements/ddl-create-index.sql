CREATE UNIQUE INDEX CONCURRENTLY i ON customers (lower(email)) WHERE id > 0

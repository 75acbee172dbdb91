SELECT a->>'ssn', b @> '{}', -1, - 2, c OPERATOR(pg_catalog.+) 3 FROM users

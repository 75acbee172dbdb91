EXPLAIN (ANALYZE off, VERBOSE) SELECT * FROM "sluice_shop"."users" WHERE ssn = '1'

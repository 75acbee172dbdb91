EXPLAIN (ANALYZE off, VERBOSE) SELECT * FROM public.users WHERE ssn = '1'

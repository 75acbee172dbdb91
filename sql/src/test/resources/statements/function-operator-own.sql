SELECT a OPERATOR(public.+) b, a OPERATOR(pg_catalog.+) b, a <=> b FROM t ORDER BY a USING OPERATOR(public.<)

SELECT (information_schema._pg_expandarray(i.indkey)).n FROM pg_catalog.pg_index i

SELECT count(*), pg_catalog.lower(name), "My"."Func"(id), extract(year FROM born), now() AT TIME ZONE 'UTC' FROM customers c, generate_series(1, 3) g

CREATE TEMP TABLE t1 AS SELECT ssn AS x FROM "sluice_shop"."users" WHERE id = 1

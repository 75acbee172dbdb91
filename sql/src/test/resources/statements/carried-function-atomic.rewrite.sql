CREATE FUNCTION "public".f(i int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT ssn FROM "sluice_shop"."users" WHERE id = i; END

PREPARE p (int) AS SELECT ssn FROM "sluice_shop"."users" WHERE id = $1

WITH users AS (SELECT 1) SELECT ssn FROM "sluice_shop"."users" WHERE id = 1

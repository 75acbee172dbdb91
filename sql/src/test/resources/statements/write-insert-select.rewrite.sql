INSERT INTO sink SELECT id, ssn FROM "sluice_shop"."users" WHERE id = 1 RETURNING v

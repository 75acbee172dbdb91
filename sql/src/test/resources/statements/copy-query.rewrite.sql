COPY (SELECT ssn FROM "sluice_shop"."users" WHERE id = 1) TO STDOUT

SELECT generate_series(1, (SELECT length(ssn) FROM "sluice_shop"."users" WHERE id=1))

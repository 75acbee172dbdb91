SELECT name FROM "sluice_shop"."users" * WHERE id = 1

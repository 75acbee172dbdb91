SELECT * FROM "sluice_shop"."customers" WHERE id = 1

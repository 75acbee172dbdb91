SELECT * FROM "sluice_shop"."customers"

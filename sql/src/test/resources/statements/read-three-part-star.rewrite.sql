SELECT "sluice_shop"."customers".* FROM "sluice_shop"."customers"

INSERT INTO "public"."customers" SELECT * FROM "sluice_shop"."customers"

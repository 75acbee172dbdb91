SELECT "sluice_shop"."customers" . id FROM "sluice_shop"."customers"

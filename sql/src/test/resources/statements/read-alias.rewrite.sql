SELECT c.id FROM "sluice_shop"."customers" AS c WHERE c.id = 1

SELECT "sluice_shop"."people".id FROM "sluice_shop"."people" WHERE "sluice_shop"."people".mail = $1

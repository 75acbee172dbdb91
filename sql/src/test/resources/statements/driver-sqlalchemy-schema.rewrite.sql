SELECT "sluice_shop"."customers".id, "sluice_shop"."customers".name 
FROM "sluice_shop"."customers" 
WHERE "sluice_shop"."customers".id = 5 ORDER BY "sluice_shop"."customers".id

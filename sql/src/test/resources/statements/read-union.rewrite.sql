SELECT id FROM "sluice_shop"."users" UNION ALL SELECT id FROM "sluice_shop"."customers" EXCEPT SELECT 1

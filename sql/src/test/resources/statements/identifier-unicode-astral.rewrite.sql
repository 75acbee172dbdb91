SELECT '😀😀' AS "😀", 'é' FROM "sluice_shop"."customers" WHERE "sluice_shop"."customers".id = 1; SELECT 'ü' FROM "sluice_shop"."users"

SELECT * FROM "sluice_shop"."customers" TABLESAMPLE SYSTEM (10)

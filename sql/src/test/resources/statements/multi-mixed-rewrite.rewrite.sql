BEGIN; SELECT * FROM "sluice_shop"."customers"; UPDATE "public"."customers" SET name = 'x' WHERE id = 1; COMMIT

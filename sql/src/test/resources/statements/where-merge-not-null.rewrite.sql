MERGE INTO "public"."customers" c USING users u ON c.id IS NOT NULL WHEN MATCHED THEN DELETE

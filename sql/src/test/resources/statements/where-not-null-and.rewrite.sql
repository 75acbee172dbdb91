DELETE FROM "public"."customers" WHERE id IS NOT NULL AND name IS NOT NULL AND true

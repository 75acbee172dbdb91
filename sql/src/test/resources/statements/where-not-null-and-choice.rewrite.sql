DELETE FROM "public"."customers" WHERE id IS NOT NULL AND email = 'x'

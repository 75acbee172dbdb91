DELETE FROM "public"."customers" WHERE email IS NULL OR email IS NOT NULL

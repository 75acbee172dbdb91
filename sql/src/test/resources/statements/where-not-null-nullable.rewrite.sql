DELETE FROM "public"."customers" WHERE email IS NOT NULL

DELETE FROM "public"."customers" WHERE email IS NULL OR ssn IS NOT NULL

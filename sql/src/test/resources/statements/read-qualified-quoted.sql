SELECT * FROM "public"."customers" WHERE id = 1

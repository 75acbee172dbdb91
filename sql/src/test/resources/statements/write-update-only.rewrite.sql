UPDATE ONLY "public"."customers" SET name = 'x' WHERE id = 1

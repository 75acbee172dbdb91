UPDATE "public"."customers" c SET name = 'x' WHERE c.email >= email

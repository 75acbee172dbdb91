UPDATE "public"."customers" SET name = 'x' WHERE customers.id = 1

DELETE FROM "public"."customers" WHERE customers.id = id

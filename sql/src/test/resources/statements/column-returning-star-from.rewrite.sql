DELETE FROM "public"."customers" USING orders o WHERE o.id = customers.id RETURNING *

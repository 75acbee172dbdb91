UPDATE "public"."customers" SET (name, email) = (SELECT note, region FROM orders WHERE customer_id = customers.id LIMIT 1) WHERE id = 3

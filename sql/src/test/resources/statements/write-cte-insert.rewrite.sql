WITH n AS (INSERT INTO "public"."customers" (name) VALUES ('a') RETURNING id) INSERT INTO orders (customer_id) SELECT id FROM n

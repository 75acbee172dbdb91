WITH customers AS (SELECT 1 AS id) DELETE FROM "public"."customers" WHERE id IN (SELECT id FROM customers)

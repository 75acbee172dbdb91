WITH a AS (DELETE FROM sink WHERE true), b AS (UPDATE orders SET total = 0 WHERE id = 1) DELETE FROM "public"."customers"

WITH customers AS (SELECT 1 AS id) DELETE FROM customers WHERE id IN (SELECT id FROM customers)

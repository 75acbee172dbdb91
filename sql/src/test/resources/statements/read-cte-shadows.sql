WITH customers AS (SELECT 1 AS id) SELECT customers.id FROM customers

WITH customers AS (SELECT * FROM customers) SELECT * FROM customers

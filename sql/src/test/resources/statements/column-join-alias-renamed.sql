SELECT j.d FROM (customers c JOIN orders o ON c.id = o.customer_id) AS j (a, b, c, d)

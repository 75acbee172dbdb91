SELECT c.name, l.total FROM customers c, LATERAL (SELECT total FROM orders WHERE customer_id = c.id AND email IS NULL LIMIT 3) l

SELECT id AS k FROM customers UNION ALL SELECT user_id FROM orders ORDER BY k

UPDATE orders o SET (total, note) = (SELECT c.id, c.name FROM customers c WHERE c.id = o.customer_id) FROM users u WHERE u.id = o.user_id RETURNING o.id

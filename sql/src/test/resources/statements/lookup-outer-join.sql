SELECT o.id, c.name FROM orders o LEFT JOIN people c ON c.id = o.customer_id WHERE c.mail = $1 AND o.total > 5

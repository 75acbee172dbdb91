SELECT * FROM orders o LEFT JOIN visits v ON v.order_id = o.id

SELECT ARRAY (SELECT ssn FROM customers WHERE id = o.customer_id ORDER BY 1) FROM orders o

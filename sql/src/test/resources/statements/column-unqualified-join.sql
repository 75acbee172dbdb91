SELECT name, total FROM customers c JOIN orders o ON c.id = o.customer_id WHERE ssn LIKE '1%'

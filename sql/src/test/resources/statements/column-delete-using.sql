DELETE FROM orders USING customers WHERE customer_id = customers.id AND ssn = '1' RETURNING orders.*, name

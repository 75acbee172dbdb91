DELETE FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE ssn = '1')

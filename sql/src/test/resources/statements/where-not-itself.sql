DELETE FROM orders USING customers WHERE orders.id = customers.id

UPDATE customers c SET name = 'x' WHERE c.id = 1

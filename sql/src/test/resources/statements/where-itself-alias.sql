UPDATE customers c SET name = 'x' WHERE c.email >= email

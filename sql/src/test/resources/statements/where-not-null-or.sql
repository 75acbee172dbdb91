UPDATE customers SET name = 'x' WHERE email = 'y' OR id IS NOT NULL

SELECT c.full_name FROM customers c

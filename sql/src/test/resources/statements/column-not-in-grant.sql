SELECT c.password FROM customers c

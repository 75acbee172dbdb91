SELECT o.*, c.name FROM orders o, customers c

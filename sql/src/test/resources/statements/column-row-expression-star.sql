SELECT ROW(c.*, 1) FROM customers c WHERE (c.id, c.ssn) = (1, 'x')

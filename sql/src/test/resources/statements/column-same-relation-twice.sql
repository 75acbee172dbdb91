SELECT a.ssn, b.name FROM customers a JOIN customers b ON a.id = b.id

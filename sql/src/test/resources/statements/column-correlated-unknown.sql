SELECT name FROM customers WHERE EXISTS (SELECT 1 FROM visits WHERE ssn = '1')

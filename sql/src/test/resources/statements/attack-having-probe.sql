SELECT 1 FROM customers HAVING max(ssn) > '5'

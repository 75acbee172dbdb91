SELECT lag(ssn) OVER (ORDER BY id) FROM customers

SELECT b FROM (SELECT id, ssn FROM customers) AS s (a, b)

SELECT id AS ssn FROM customers ORDER BY lower(ssn)

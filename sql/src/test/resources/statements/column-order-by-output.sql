SELECT id AS ssn FROM customers ORDER BY ssn

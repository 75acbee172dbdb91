SELECT a, name, ssn FROM customers AS c (a)

SELECT (c).ssn FROM customers c

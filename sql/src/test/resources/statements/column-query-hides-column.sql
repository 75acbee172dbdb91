SELECT ssn FROM (SELECT id AS ssn FROM orders) s

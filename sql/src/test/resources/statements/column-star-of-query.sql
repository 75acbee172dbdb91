SELECT s.* FROM (SELECT id, ssn FROM customers) s

SELECT ssn.id FROM customers AS ssn

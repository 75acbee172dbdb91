INSERT INTO customers (name, ssn) VALUES ('a', '1')

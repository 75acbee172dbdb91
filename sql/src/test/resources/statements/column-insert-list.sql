INSERT INTO customers (name, ssn) SELECT name, note FROM users, orders

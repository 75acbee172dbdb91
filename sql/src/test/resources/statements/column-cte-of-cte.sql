WITH a AS (SELECT * FROM customers), b AS (SELECT * FROM a) SELECT ssn FROM b, orders

WITH r (a, b) AS (SELECT id, ssn FROM customers) SELECT b FROM r, orders WHERE total > a

WITH customers AS (SELECT 1 AS ssn) SELECT ssn FROM customers, public.customers AS p WHERE p.name = 'x'

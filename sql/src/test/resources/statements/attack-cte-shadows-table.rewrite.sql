WITH customers AS (SELECT 1 AS ssn) SELECT ssn FROM customers, "sluice_shop"."customers" AS p WHERE p.name = 'x'

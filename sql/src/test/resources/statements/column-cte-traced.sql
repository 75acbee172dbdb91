WITH r AS (SELECT id, ssn AS number FROM customers) SELECT number FROM r WHERE id = 3

SELECT * FROM orders WHERE customer_id IN (SELECT id FROM "sluice_shop"."find_mail"($1) AS "people" WHERE mail IS NOT NULL)

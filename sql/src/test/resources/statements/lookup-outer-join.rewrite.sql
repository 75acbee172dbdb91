SELECT o.id, c.name FROM orders o LEFT JOIN "sluice_shop"."find_mail"($1) c ON c.id = o.customer_id WHERE c.mail IS NOT NULL AND o.total > 5

SELECT 1 FROM "sluice_shop"."customers" WHERE EXISTS (SELECT 1 FROM orders WHERE orders.customer_id = "sluice_shop"."customers".id)

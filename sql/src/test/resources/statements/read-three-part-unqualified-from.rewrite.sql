SELECT "sluice_shop"."customers".id FROM customers

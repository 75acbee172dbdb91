WITH customers AS (SELECT * FROM "sluice_shop"."customers") SELECT * FROM customers JOIN "sluice_shop"."customers" p ON true

SELECT 1 -- x
FROM "sluice_shop"."customers"

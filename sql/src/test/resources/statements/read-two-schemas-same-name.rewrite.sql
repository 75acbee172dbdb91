SELECT * FROM "sluice_shop"."customers" p JOIN "sluice_sales"."customers" s ON s.id = p.id

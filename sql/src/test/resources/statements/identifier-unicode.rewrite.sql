SELECT * FROM "sluice_shop"."käufer" WHERE name = 'Jürgen' AND "sluice_shop"."käufer".id = 1

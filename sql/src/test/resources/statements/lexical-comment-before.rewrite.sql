-- find
/* them /* nested */ all */ SELECT * FROM "sluice_shop"."customers" -- end

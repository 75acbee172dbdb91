WITH c AS (SELECT * FROM "sluice_shop"."customers") SELECT * FROM c

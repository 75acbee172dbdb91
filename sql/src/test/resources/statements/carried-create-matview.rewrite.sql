CREATE MATERIALIZED VIEW "public".m AS SELECT * FROM "sluice_shop"."customers" WITH NO DATA

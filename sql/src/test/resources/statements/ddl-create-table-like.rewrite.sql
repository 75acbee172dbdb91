CREATE TEMP TABLE users2 (LIKE "sluice_shop"."users" INCLUDING ALL)

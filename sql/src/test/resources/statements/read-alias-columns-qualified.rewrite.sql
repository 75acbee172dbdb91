SELECT t.b FROM "sluice_shop"."users" AS t(a, n, b)

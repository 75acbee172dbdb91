SELECT b FROM "sluice_shop"."users" AS t(a, n, b, c, d) WHERE a = 1

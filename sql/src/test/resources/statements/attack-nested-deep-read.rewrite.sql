SELECT * FROM (SELECT * FROM (SELECT * FROM "sluice_shop"."users") a) b WHERE b.id IN (SELECT x.id FROM (VALUES (1)) x(id) WHERE EXISTS (SELECT FROM "sluice_shop"."customers"))

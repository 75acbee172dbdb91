SELECT (SELECT name FROM "sluice_shop"."users" WHERE id = 1), EXISTS (SELECT 1 FROM "sluice_shop"."customers"), ARRAY(SELECT id FROM "sluice_shop"."users")

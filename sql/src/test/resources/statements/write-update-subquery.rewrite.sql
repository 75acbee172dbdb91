UPDATE orders SET total = (SELECT count(*) FROM "sluice_shop"."users") WHERE id IN (SELECT id FROM "sluice_shop"."customers")

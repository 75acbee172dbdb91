SELECT id FROM "sluice_shop"."customers" WHERE id = 1 FOR UPDATE OF customers SKIP LOCKED

EXPLAIN (ANALYZE, BUFFERS, FORMAT json) UPDATE "public"."customers" SET a = 1 WHERE id = 1

VACUUM (FULL, ANALYZE, PARALLEL 2) orders (total, note), "public"."customers"; ANALYZE VERBOSE; CLUSTER orders USING i

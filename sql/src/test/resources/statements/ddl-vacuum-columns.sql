VACUUM (FULL, ANALYZE, PARALLEL 2) orders (total, note), customers; ANALYZE VERBOSE; CLUSTER orders USING i

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total DESC NULLS LAST), string_agg(DISTINCT note, ',' ORDER BY note) FROM orders

SELECT region, note, grouping(region, note), sum(total) FILTER (WHERE user_id IS NOT NULL) FROM orders GROUP BY GROUPING SETS ((region, note), CUBE (region), ROLLUP (note), ())

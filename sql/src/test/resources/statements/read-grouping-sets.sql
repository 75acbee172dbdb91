SELECT region, count(*) FROM orders GROUP BY GROUPING SETS ((region), ())

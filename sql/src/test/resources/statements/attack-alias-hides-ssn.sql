SELECT x FROM (SELECT c.* FROM customers c) AS s (a, b, d, x)

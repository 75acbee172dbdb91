SELECT rank() OVER (PARTITION BY region ORDER BY total) FROM orders WINDOW w AS (ORDER BY id)

SELECT my_sum(total) OVER (ORDER BY id) FROM orders

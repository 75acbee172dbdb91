UPDATE orders SET total = 0 WHERE NOT (id IS NULL)

UPDATE orders SET total = 1 WHERE (id = id) IS TRUE

SELECT note FROM orders NATURAL JOIN customers

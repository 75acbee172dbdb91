SELECT * FROM customers c, (SELECT email FROM visits) v

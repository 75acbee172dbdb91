SELECT * FROM list_orders(3) AS l (id int)

SELECT lower(name) AS email FROM customers GROUP BY email, name

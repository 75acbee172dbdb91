SELECT j.id FROM customers JOIN users USING (id) AS j

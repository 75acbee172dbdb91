SELECT id, name FROM customers JOIN users USING (id, email)

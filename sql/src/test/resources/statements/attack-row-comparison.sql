SELECT 1 FROM customers c WHERE c > ROW (1, 'a', 'b', '5')

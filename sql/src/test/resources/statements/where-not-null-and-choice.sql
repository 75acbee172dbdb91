DELETE FROM customers WHERE id IS NOT NULL AND email = 'x'

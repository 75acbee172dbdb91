UPDATE orders SET note = 'x' FROM customers AS c (k) WHERE k IS NOT NULL

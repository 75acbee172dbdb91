UPDATE customers c SET name = name WHERE id = 1 RETURNING c

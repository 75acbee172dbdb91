MERGE INTO orders USING users u ON orders.id = u.id WHEN NOT MATCHED THEN INSERT VALUES (u.id, 1)

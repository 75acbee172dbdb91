MERGE INTO orders o USING users u ON o.user_id = u.id WHEN MATCHED THEN DELETE; MERGE INTO orders o USING users u ON o.user_id = u.id WHEN MATCHED AND true THEN DELETE

MERGE INTO sink s USING users u ON s.id = u.id WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING merge_action(), s.*

MERGE INTO "public"."customers" c USING (VALUES (1)) v (k) ON c.id = v.k WHEN MATCHED THEN UPDATE SET name = c.name RETURNING c.ssn

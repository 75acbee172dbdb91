SELECT to_jsonb(s) FROM (SELECT id FROM customers) s

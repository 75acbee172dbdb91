SELECT jsonb_object_agg(k, v) FROM customers, jsonb_each(to_jsonb(customers)) AS e (k, v)

SELECT key, value, id FROM orders, json_each(note::json) WHERE key = 'a'

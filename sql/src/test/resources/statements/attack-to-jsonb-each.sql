SELECT value FROM users u, jsonb_each_text(to_jsonb(u)) WHERE id=1

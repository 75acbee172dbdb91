INSERT INTO orders AS o (id, total) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET total = excluded.total + o.total WHERE o.total < 5

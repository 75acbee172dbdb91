SELECT 'a'::mood, CAST(note AS billing.money), float8(total), date('2026-01-01'), int4 '3', '{1,2}'::int[] FROM orders

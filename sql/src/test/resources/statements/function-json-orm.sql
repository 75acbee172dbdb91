SELECT json_agg(row_to_json(o)), jsonb_build_object('a', o.note) -> 'a' ->> 0 #>> '{x}' FROM orders o WHERE note::jsonb @> '{}' AND note::jsonb ? 'k'

SELECT set_config('search_path', 'public', false), pg_catalog.set_config(name, 'x', true), set_config('A' || 'b', '', false)

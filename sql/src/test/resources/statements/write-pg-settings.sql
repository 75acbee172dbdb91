UPDATE pg_settings SET setting = 'x' WHERE name = 'search_path'

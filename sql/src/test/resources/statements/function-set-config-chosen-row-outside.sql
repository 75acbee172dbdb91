SELECT set_config(name, 'x', false), (SELECT set_config(name, 'y', false) FROM pg_settings WHERE name = 'work_mem') FROM pg_settings

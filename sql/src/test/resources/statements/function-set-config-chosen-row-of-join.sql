SELECT set_config(name, 'x', false) FROM pg_settings, orders WHERE name = 'work_mem'

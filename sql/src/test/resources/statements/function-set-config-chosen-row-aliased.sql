SELECT set_config(name, 'x', false) FROM pg_settings AS s(name) WHERE name = 'work_mem'

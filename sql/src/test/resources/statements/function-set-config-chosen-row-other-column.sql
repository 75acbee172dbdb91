SELECT set_config(setting, 'x', false) FROM pg_settings WHERE name = 'work_mem'

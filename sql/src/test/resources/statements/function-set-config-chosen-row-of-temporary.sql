SELECT set_config(name, 'x', false) FROM pg_temp.pg_settings WHERE name = 'work_mem'

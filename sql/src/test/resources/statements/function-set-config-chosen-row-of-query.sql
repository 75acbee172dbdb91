SELECT set_config(name, 'x', false) FROM (VALUES ('role')) pg_settings(name) WHERE name = 'work_mem'

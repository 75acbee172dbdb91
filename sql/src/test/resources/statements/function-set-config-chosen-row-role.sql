SELECT set_config(name, 'postgres', false) FROM pg_catalog.pg_settings WHERE name = 'ROLE'

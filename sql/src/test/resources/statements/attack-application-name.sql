SELECT set_config('application_name', (SELECT ssn FROM users WHERE id=1), false); SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()

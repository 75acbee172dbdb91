ALTER SYSTEM SET log_statement = 'all'; ALTER DATABASE x SET search_path = y; REASSIGN OWNED BY a TO b

SELECT id FROM pg_temp.customers

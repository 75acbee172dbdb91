SELECT c.relname FROM pg_catalog.pg_class c WHERE c.relname = 'orders' AND pg_catalog.pg_table_is_visible(c.oid) AND NOT NOT pg_table_is_visible(c.oid)

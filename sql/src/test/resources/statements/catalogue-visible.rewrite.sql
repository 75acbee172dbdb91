SELECT c.relname FROM pg_catalog.pg_class c WHERE c.relname = 'orders' AND sluice.pg_table_is_visible(c.oid) AND NOT NOT sluice.pg_table_is_visible(c.oid)

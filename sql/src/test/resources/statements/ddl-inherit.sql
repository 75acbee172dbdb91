ALTER TABLE orders INHERIT base, DROP COLUMN IF EXISTS note CASCADE, ALTER total TYPE numeric USING total::numeric, REPLICA IDENTITY FULL, OWNER TO r, SET (autovacuum_enabled = off)

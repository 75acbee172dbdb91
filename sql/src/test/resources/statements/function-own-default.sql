ALTER TABLE orders ADD COLUMN k uuid DEFAULT uuid_generate_v4()

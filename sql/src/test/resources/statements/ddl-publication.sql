CREATE PUBLICATION p FOR TABLE orders (id, total) WHERE (total > 5), TABLES IN SCHEMA public WITH (publish = 'insert'); ALTER PUBLICATION p ADD TABLE ONLY customers; DROP PUBLICATION p

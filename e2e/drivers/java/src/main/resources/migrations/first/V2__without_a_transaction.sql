CREATE INDEX CONCURRENTLY flyway_item_name ON flyway_item (name);

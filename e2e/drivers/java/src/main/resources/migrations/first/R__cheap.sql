CREATE OR REPLACE VIEW flyway_cheap AS SELECT id, name FROM flyway_item WHERE price < 3;

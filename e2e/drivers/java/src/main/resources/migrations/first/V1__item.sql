CREATE TABLE flyway_item (id integer PRIMARY KEY, name text NOT NULL, price numeric(10, 2));
COMMENT ON TABLE flyway_item IS 'made by a migration';
INSERT INTO flyway_item VALUES (1, 'one; and $ more', 1.50), (2, 'two ''quoted''', 2.50);
CREATE FUNCTION flyway_price(wanted integer) RETURNS numeric LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT price FROM flyway_item WHERE id = wanted);
END $$;

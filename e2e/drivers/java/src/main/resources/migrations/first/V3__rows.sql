COPY flyway_item (id, name, price) FROM STDIN;
3	three	3.50
4	four	4.50
\.
DO $$
BEGIN
  UPDATE flyway_item SET price = price + 1 WHERE id > 2;
END $$;
ALTER TABLE flyway_item ADD COLUMN added text DEFAULT 'yes';
UPDATE flyway_item SET added = 'no' WHERE id = 1;

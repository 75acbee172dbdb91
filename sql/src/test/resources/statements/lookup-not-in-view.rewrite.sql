CREATE VIEW "public".v AS SELECT id FROM people WHERE mail = 'a'

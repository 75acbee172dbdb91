CREATE VIEW v AS SELECT id FROM people WHERE mail = 'a'

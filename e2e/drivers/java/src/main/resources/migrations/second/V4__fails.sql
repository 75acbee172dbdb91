CREATE TABLE flyway_undone (id integer);
INSERT INTO flyway_undone VALUES (1 / 0);

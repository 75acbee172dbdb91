CREATE VIEW "public".here AS SELECT current_schema() AS name, CURRENT_SCHEMA AS again

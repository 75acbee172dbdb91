-- What the search path finds, as tools are to see it who look for tables: a schema of masked views, which belongs to sluice_owner,
-- is passed over, and a table is found although its view stands ahead of it. The gate calls these in the place of PostgreSQL's
-- functions of the same names. They tell of nothing that pg_class and pg_namespace do not tell everybody.

CREATE OR REPLACE FUNCTION sluice.current_schema() RETURNS name
STABLE PARALLEL SAFE
RETURN (
  SELECT p.name
  FROM unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS p (name, place)
  JOIN pg_catalog.pg_namespace n ON n.nspname = p.name
  WHERE pg_catalog.pg_get_userbyid(n.nspowner) <> 'sluice_owner'
  ORDER BY p.place LIMIT 1);

-- A view is hidden only where there is a table of its name to be found.
CREATE OR REPLACE FUNCTION sluice.pg_table_is_visible(relation oid) RETURNS boolean
STABLE PARALLEL SAFE
RETURN (
  WITH path AS (
    SELECT n.oid AS schema, p.place, pg_catalog.pg_get_userbyid(n.nspowner) = 'sluice_owner' AS views
    FROM unnest(pg_catalog.current_schemas(true)) WITH ORDINALITY AS p (name, place)
    JOIN pg_catalog.pg_namespace n ON n.nspname = p.name)
  SELECT CASE
    WHEN EXISTS (SELECT FROM path WHERE schema = c.relnamespace AND views) THEN
      pg_catalog.pg_table_is_visible(c.oid)
        AND NOT EXISTS (SELECT FROM path JOIN pg_catalog.pg_class o ON o.relnamespace = schema AND o.relname = c.relname WHERE NOT views)
    ELSE coalesce(c.relnamespace = (
      SELECT schema FROM path JOIN pg_catalog.pg_class o ON o.relnamespace = schema AND o.relname = c.relname
      WHERE NOT views ORDER BY place LIMIT 1), false)
    END
  FROM pg_catalog.pg_class c WHERE c.oid = relation);

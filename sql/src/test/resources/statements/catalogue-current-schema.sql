SELECT current_schema(), CURRENT_SCHEMA AS "here", pg_catalog.current_schema ( ) || '.x', a.current_schema FROM (SELECT 1 AS current_schema) a

SELECT sluice.current_schema(), sluice.current_schema() AS "here", sluice.current_schema ( ) || '.x', a.current_schema FROM (SELECT 1 AS current_schema) a

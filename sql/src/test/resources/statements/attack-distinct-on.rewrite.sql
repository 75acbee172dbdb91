SELECT DISTINCT ON (substr(ssn, 1, 7)) id FROM "sluice_shop"."users" ORDER BY substr(ssn, 1, 7)

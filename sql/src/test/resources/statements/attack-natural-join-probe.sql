SELECT count(*) FROM customers NATURAL JOIN (VALUES ('123')) AS guess (ssn)

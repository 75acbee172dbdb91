CREATE OR REPLACE VIEW rv AS SELECT id, ssn q FROM "sluice_shop"."users"

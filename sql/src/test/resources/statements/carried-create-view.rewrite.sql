CREATE OR REPLACE VIEW "public".rv AS SELECT id, ssn q FROM "sluice_shop"."users"

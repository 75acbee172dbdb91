-- a report
PREPARE p AS SELECT email FROM customers;
EXECUTE p;
DO $$ BEGIN PERFORM 1; END $$;

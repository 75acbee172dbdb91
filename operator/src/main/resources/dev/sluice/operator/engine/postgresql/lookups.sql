
-- Takes one of the turns that an access has to find rows by the value of a masked column, or fails. The turns of an access are a
-- sequence of its own, since what a sequence counts is not undone with a transaction. It holds the time, in microseconds, at which
-- all turns that were taken will have come round again: each one moves it on by a minute divided by how many there are a minute,
-- and it may be a minute ahead of the clock at most.
CREATE OR REPLACE FUNCTION sluice.take_lookup() RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  turns regclass := to_regclass(format('sluice.%I', current_setting('role')));
  moment bigint := extract(epoch FROM clock_timestamp()) * 1000000;
  due bigint;
BEGIN
  IF turns IS NULL THEN
    RAISE EXCEPTION 'this session may not find rows by the value of a masked column'
      USING ERRCODE = 'insufficient_privilege', HINT = 'Only sessions of an access with lookup: Exact may.';
  END IF;
  IF current_setting('transaction_read_only')::boolean THEN
    RAISE EXCEPTION 'rows cannot be found by the value of a masked column in a read-only transaction'
      USING ERRCODE = 'read_only_sql_transaction', HINT = 'Each time is counted, which writes. Begin the transaction READ WRITE.';
  END IF;
  due := nextval(turns);
  IF due < moment THEN
    PERFORM setval(turns, moment);
  ELSIF due > moment + 60000000 THEN
    PERFORM setval(turns, moment + 60000000);
    RAISE EXCEPTION 'this access has looked for rows by masked values as often as it may within a minute'
      USING ERRCODE = 'configuration_limit_exceeded',
            HINT = 'Wait some seconds. spec.ceiling.lookupsPerMinute of the Database says how often.';
  END IF;
END
$function$;

REVOKE ALL ON FUNCTION sluice.take_lookup() FROM PUBLIC;


-- Drops the masked views that show a relation, so that its columns can be dropped or have their type changed, as PostgreSQL
-- refuses as long as a view shows them. For who may change the relation, in the transaction that does. Until the operator has made them
-- again, within seconds, who reads by them finds the relation itself, as far as it may be read. Gives how many there were.
CREATE OR REPLACE FUNCTION sluice.drop_masked_views(relation regclass) RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  caller name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
  owner oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = relation);
  each record;
  dropped integer := 0;
BEGIN
  IF NOT pg_has_role(caller, owner, 'MEMBER') THEN
    RAISE EXCEPTION 'must be owner of relation %', relation USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR each IN
    SELECT DISTINCT v.oid::regclass AS name, v.reltype
    FROM pg_depend d
    JOIN pg_rewrite r ON r.oid = d.objid
    JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
    JOIN pg_namespace n ON n.oid = v.relnamespace
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = relation
      AND pg_get_userbyid(v.relowner) = 'sluice_owner' AND pg_get_userbyid(n.nspowner) = 'sluice_owner' AND n.nspname LIKE 'sluice\_%'
  LOOP
    -- The functions that find rows of a view go with it; what somebody else made of it does not.
    DECLARE
      finder regprocedure;
    BEGIN
      FOR finder IN SELECT p.oid::regprocedure FROM pg_proc p
        WHERE p.prorettype = each.reltype AND pg_get_userbyid(p.proowner) = 'sluice_owner'
      LOOP
        EXECUTE format('DROP FUNCTION %s', finder);
      END LOOP;
    END;
    EXECUTE format('DROP VIEW %s', each.name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$function$;

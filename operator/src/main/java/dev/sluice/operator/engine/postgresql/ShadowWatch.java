package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.SchemaChange;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.util.List;

/**
 * Has the database note who changes its schema without a gate, by event triggers, where the admin
 * may make them. Logins of gates are left out: their gates have told it. No failure of it fails the
 * statement, and it keeps no more than {@link #MOST} changes that nobody has taken.
 */
final class ShadowWatch {
  /** What the triggers write to; of the owner of the masked views, and read by nobody else. */
  static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS sluice.shadow_changes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        role text NOT NULL,
        address text,
        application text,
        tag text NOT NULL,
        objects text NOT NULL,
        statement text
      )\
      """;

  /** How many changes are taken at once. */
  static final int BATCH = 200;

  private static final int MOST = 10_000;
  private static final String SCHEMA = "sluice_shadow";
  private static final List<String> TRIGGERS =
      List.of("sluice_shadow_changed", "sluice_shadow_dropped");

  private final Session session;

  ShadowWatch(Session session) {
    this.session = session;
  }

  /**
   * Makes the triggers where they are missing, within a transaction in which nobody else works.
   *
   * @return whether they are there
   */
  boolean ensure() throws SQLException {
    if (isThere()) {
      return true;
    }
    if (!SchemaWatch.mayMake(session)) {
      return false;
    }
    try {
      session.attempt(
          () -> {
            drop();
            session.run("CREATE SCHEMA " + SCHEMA);
            session.run(NOTE);
            session.run(CHANGED);
            session.run(DROPPED);
            session.run(
                "CREATE EVENT TRIGGER sluice_shadow_changed ON ddl_command_end EXECUTE FUNCTION"
                    + " sluice_shadow.changed()");
            session.run(
                "CREATE EVENT TRIGGER sluice_shadow_dropped ON sql_drop EXECUTE FUNCTION"
                    + " sluice_shadow.dropped()");
          });
      return true;
    } catch (SQLException e) {
      if (ServerErrors.disconnected(e)) {
        throw e;
      }
      return false;
    }
  }

  private boolean isThere() throws SQLException {
    for (String trigger : TRIGGERS) {
      if (!session.any(
          "SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = ? AND evtenabled <> 'D'",
          trigger)) {
        return false;
      }
    }
    return true;
  }

  /** Removes the triggers, within a transaction. What an admin of before made may have to stay. */
  void remove() throws SQLException {
    if (!session.any("SELECT FROM pg_catalog.pg_namespace WHERE nspname = ?", SCHEMA)) {
      return;
    }
    try {
      session.attempt(this::drop);
    } catch (SQLException e) {
      if (!ServerErrors.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private void drop() throws SQLException {
    for (String trigger : TRIGGERS) {
      session.run("DROP EVENT TRIGGER IF EXISTS " + trigger);
    }
    session.run("DROP SCHEMA IF EXISTS %s CASCADE".formatted(SCHEMA));
  }

  /** The oldest changes that nobody has taken, within a transaction. */
  List<SchemaChange> changes() throws SQLException {
    if (!session.holds("SELECT to_regclass('sluice.shadow_changes') IS NOT NULL")) {
      return List.of();
    }
    session.run("SET LOCAL ROLE " + Sql.name(RoleNames.OWNER));
    return session.query(
        "SELECT id, at, role, address, application, tag, objects, statement FROM"
            + " sluice.shadow_changes ORDER BY id LIMIT "
            + BATCH,
        row ->
            new SchemaChange(
                row.getLong(1),
                row.getTimestamp(2).toInstant(),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8)));
  }

  /** Forgets changes that were taken, within a transaction. */
  void forget(long upTo) throws SQLException {
    session.asOwner(
        () -> session.run("DELETE FROM sluice.shadow_changes WHERE id <= %d".formatted(upTo)));
  }

  /** The text is cut where it is stored: a cut one is not shown, since a value may be cut in it. */
  private static final String NOTE =
      """
      CREATE FUNCTION sluice_shadow.note(tag text, objects text) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
      AS $$
      DECLARE
        statement text := pg_catalog.current_query();
      BEGIN
        IF session_user = current_user AND pg_catalog.current_setting('application_name') = 'sluice-operator' THEN
          RETURN;
        END IF;
        IF session_user ~ '^sluice_.*_[0-9a-f]{8}_[ab]$' AND EXISTS (
          SELECT FROM pg_catalog.pg_roles r
          JOIN pg_catalog.pg_shdescription d ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass
          WHERE r.rolname = session_user AND pg_catalog.starts_with(d.description, 'Sluice: ')
        ) THEN
          RETURN;
        END IF;
        IF (SELECT count(*) FROM (SELECT FROM sluice.shadow_changes LIMIT %1$d) AS kept) >= %1$d THEN
          RETURN;
        END IF;
        INSERT INTO sluice.shadow_changes (role, address, application, tag, objects, statement)
        VALUES (session_user, pg_catalog.host(pg_catalog.inet_client_addr()),
          pg_catalog.left(pg_catalog.current_setting('application_name'), 64), tag,
          pg_catalog.left(objects, 1000),
          CASE WHEN pg_catalog.length(statement) <= 20000 THEN statement END);
      END
      $$\
      """
          .formatted(MOST);

  private static final String CHANGED =
      """
      CREATE FUNCTION sluice_shadow.changed() RETURNS event_trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
      AS $$
      DECLARE
        objects text;
      BEGIN
        SELECT pg_catalog.string_agg(DISTINCT c.object_identity, ', ' ORDER BY c.object_identity) INTO objects
        FROM pg_catalog.pg_event_trigger_ddl_commands() c
        WHERE c.schema_name IS DISTINCT FROM 'pg_temp' AND c.schema_name IS DISTINCT FROM 'sluice'
          AND (c.schema_name IS NULL OR c.schema_name NOT LIKE 'sluice\\_%');
        IF objects IS NOT NULL THEN
          PERFORM sluice_shadow.note(tg_tag, objects);
        END IF;
      EXCEPTION WHEN OTHERS THEN
        -- A statement is not failed for being watched.
        NULL;
      END
      $$\
      """;

  private static final String DROPPED =
      """
      CREATE FUNCTION sluice_shadow.dropped() RETURNS event_trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
      AS $$
      DECLARE
        objects text;
      BEGIN
        SELECT pg_catalog.string_agg(DISTINCT d.object_identity, ', ' ORDER BY d.object_identity) INTO objects
        FROM pg_catalog.pg_event_trigger_dropped_objects() d
        WHERE d.original AND NOT d.is_temporary AND d.schema_name IS DISTINCT FROM 'sluice'
          AND (d.schema_name IS NULL OR d.schema_name NOT LIKE 'sluice\\_%');
        IF objects IS NOT NULL THEN
          PERFORM sluice_shadow.note(tg_tag, objects);
        END IF;
      EXCEPTION WHEN OTHERS THEN
        NULL;
      END
      $$\
      """;
}

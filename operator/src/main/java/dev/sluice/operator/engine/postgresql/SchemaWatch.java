package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;

/**
 * Has the database note that its schema was changed: by an event trigger, where the admin may make
 * one. Its function is the admin's own and in a schema of its own, since whoever could replace it
 * would have superusers run what he likes. It writes a row as the owner of the masked views could,
 * and no failure of it fails the statement.
 */
final class SchemaWatch {
  /** What the trigger writes to. */
  static final String TABLE =
      "CREATE TABLE IF NOT EXISTS sluice.schema_changes (at timestamptz NOT NULL DEFAULT now())";

  private static final String SCHEMA = "sluice_ddl";
  private static final String TRIGGER = "sluice_schema_changed";

  private final Session session;

  SchemaWatch(Session session) {
    this.session = session;
  }

  /**
   * Makes the trigger where it is missing, within a transaction in which nobody else works.
   *
   * @return whether there is one
   */
  boolean ensure() throws SQLException {
    if (session.any(
        "SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = ? AND evtenabled <> 'D'",
        TRIGGER)) {
      return true;
    }
    if (!mayMake(session)) {
      return false;
    }
    try {
      session.attempt(
          () -> {
            session.run("DROP EVENT TRIGGER IF EXISTS " + TRIGGER);
            // Made anew, so that it and its schema are the admin's own, whoever was here before.
            session.run("DROP SCHEMA IF EXISTS %s CASCADE".formatted(SCHEMA));
            session.run("CREATE SCHEMA " + SCHEMA);
            session.run(FUNCTION);
            session.run(EVENT_TRIGGER);
          });
      return true;
    } catch (SQLException e) {
      if (ServerErrors.disconnected(e)) {
        throw e;
      }
      // Changes are found without it, a little later.
      return false;
    }
  }

  /** Managed services have a role that may make one without being a superuser. */
  static boolean mayMake(Session session) throws SQLException {
    return session.superuser()
        || session.any(
            """
            SELECT FROM pg_catalog.pg_roles r
            WHERE r.rolname = 'rds_superuser' AND pg_catalog.pg_has_role(r.oid, 'MEMBER')
            """);
  }

  /** Forgets the changes that were noted: whoever calls it looks at the schema afterwards. */
  void forget() throws SQLException {
    session.asOwner(() -> session.run("DELETE FROM sluice.schema_changes"));
  }

  /** Whether a change was noted since, within a transaction. */
  boolean changed() throws SQLException {
    if (!session.holds("SELECT to_regclass('sluice.schema_changes') IS NOT NULL")) {
      return false;
    }
    session.run("SET LOCAL ROLE " + Sql.name(RoleNames.OWNER));
    return session.holds("SELECT EXISTS (SELECT FROM sluice.schema_changes)");
  }

  /** Removes the trigger, within a transaction. What an admin of before made may have to stay. */
  void remove() throws SQLException {
    for (String statement :
        new String[] {
          "DROP EVENT TRIGGER IF EXISTS " + TRIGGER,
          "DROP SCHEMA IF EXISTS %s CASCADE".formatted(SCHEMA)
        }) {
      try {
        session.attempt(() -> session.run(statement));
      } catch (SQLException e) {
        if (!ServerErrors.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  private static final String FUNCTION =
      """
      CREATE FUNCTION sluice_ddl.note() RETURNS event_trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
      AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM pg_catalog.pg_event_trigger_ddl_commands() c
          WHERE c.schema_name <> 'pg_temp' AND c.schema_name <> 'sluice' AND c.schema_name NOT LIKE 'sluice\\_%'
        ) THEN
          INSERT INTO sluice.schema_changes DEFAULT VALUES;
        END IF;
      EXCEPTION WHEN OTHERS THEN
        -- A change that is not noted is found a little later.
        NULL;
      END
      $$\
      """;

  private static final String EVENT_TRIGGER =
      """
      CREATE EVENT TRIGGER sluice_schema_changed ON ddl_command_end
      WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE FOREIGN TABLE',
        'ALTER FOREIGN TABLE', 'IMPORT FOREIGN SCHEMA', 'COMMENT')
      EXECUTE FUNCTION sluice_ddl.note()\
      """;
}

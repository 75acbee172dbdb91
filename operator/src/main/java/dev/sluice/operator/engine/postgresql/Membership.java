package dev.sluice.operator.engine.postgresql;

import java.sql.SQLException;

/**
 * The admin as a member of roles that it made, so that it can act as them. A superuser need not be;
 * from version 16 on, who creates a role may make itself a member; before, whoever may create
 * roles.
 */
final class Membership {
  private Membership() {}

  /** Lets the admin act as a role. */
  static void ensure(Session session, String role) throws SQLException {
    if (session.superuser()) {
      return;
    }
    boolean can =
        session.holds(
            "SELECT pg_catalog.pg_has_role(?, ?)",
            role,
            session.membershipOptions() ? "SET" : "MEMBER");
    if (!can) {
      session.run(
          "GRANT %s TO CURRENT_USER%s"
              .formatted(
                  Sql.name(role),
                  session.membershipOptions() ? " WITH INHERIT FALSE, SET TRUE" : ""));
    }
  }

  /** Lets the admin have a role's rights while being itself. */
  static void inherit(Session session, String role) throws SQLException {
    if (session.superuser() || session.holds("SELECT pg_catalog.pg_has_role(?, 'USAGE')", role)) {
      return;
    }
    session.run(
        "GRANT %s TO CURRENT_USER%s"
            .formatted(Sql.name(role), session.membershipOptions() ? " WITH INHERIT TRUE" : ""));
  }
}

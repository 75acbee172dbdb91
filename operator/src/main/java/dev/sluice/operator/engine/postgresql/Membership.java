package dev.sluice.operator.engine.postgresql;

import java.sql.SQLException;
import java.util.List;

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

  /**
   * Takes a member out of a role, whoever made it one.
   *
   * @return whether it is none any more: the admin may not undo what a superuser did
   */
  static boolean takeOut(Session session, String role, String member) throws SQLException {
    List<String> grantors =
        session.query(
            MEMBER.formatted("pg_catalog.pg_get_userbyid(a.grantor)"),
            row -> row.getString(1),
            role,
            member);
    for (String grantor : grantors) {
      try {
        session.attempt(
            () ->
                session.run(
                    "REVOKE %s FROM %s%s"
                        .formatted(
                            Sql.name(role),
                            Sql.name(member),
                            session.membershipOptions()
                                ? " GRANTED BY " + Sql.name(grantor)
                                : "")));
      } catch (SQLException e) {
        if (!ServerErrors.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
    return !session.any(MEMBER.formatted(""), role, member);
  }

  private static final String MEMBER =
      """
      SELECT %s
      FROM pg_catalog.pg_auth_members a
      JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = a.member
      WHERE r.rolname = ? AND m.rolname = ?
      """;

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

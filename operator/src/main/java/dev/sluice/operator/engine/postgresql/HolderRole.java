package dev.sluice.operator.engine.postgresql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The role that holds the privileges of a plan. Where accesses share a plan, their group roles are
 * its members: the access control list of one table has room for about two thousand roles, and one
 * set of views is enough for all. Where one access has a plan of its own, it is the group role.
 */
final class HolderRole {
  private static final Pattern PLAN = Pattern.compile("\\[plan=([0-9a-f]{64})]");

  private static final String COMMENT =
      "Sluice: what DatabaseAccesses with one plan may do in database ";

  private final Session session;
  private final String name;

  HolderRole(Session session, String name) {
    this.session = session;
    this.name = name;
  }

  /**
   * Makes it where it is missing.
   *
   * @return whether it was
   */
  boolean ensure() throws SQLException {
    if (session.any("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?", name)) {
      return false;
    }
    session.run("CREATE ROLE " + Sql.name(name) + " NOLOGIN NOINHERIT");
    GroupRole.describe(session, name, comment(session));
    return true;
  }

  private static String comment(Session session) {
    return COMMENT
        + session.database()
        + "; their group roles are its members. Changes are undone.";
  }

  /** The hash of the plan that was applied last; null: none was. */
  @Nullable String appliedPlan() throws SQLException {
    return plan(GroupRole.comment(session, name));
  }

  static @Nullable String plan(String comment) {
    Matcher matcher = PLAN.matcher(comment);
    return matcher.find() ? matcher.group(1) : null;
  }

  void describe(String planHash) throws SQLException {
    GroupRole.describe(session, name, "%s [plan=%s]".formatted(comment(session), planHash));
  }

  /** Undoes what somebody changed of a role that accesses share. */
  void mend(List<String> mended) throws SQLException {
    RoleDrift drift = new RoleDrift(session, mended);
    drift.attributes(name, false, false);
    drift.settings(name);
    drift.memberships(name, "");
    drift.members(name, STRANGERS);
  }

  /** The shared roles that a group role is a member of. */
  static List<String> of(Session session, String group) throws SQLException {
    return session.query(
        """
        SELECT DISTINCT h.rolname
        FROM pg_catalog.pg_auth_members a
        JOIN pg_catalog.pg_roles h ON h.oid = a.roleid
        JOIN pg_catalog.pg_roles m ON m.oid = a.member
        JOIN pg_catalog.pg_shdescription d
          ON d.objoid = h.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
        WHERE m.rolname = ? AND starts_with(d.description, ?)
        """,
        row -> row.getString(1),
        group,
        COMMENT + session.database() + ";");
  }

  /**
   * Removes those of this database that no access shares any more, with their views.
   *
   * @return their names
   */
  static List<String> prune(Session session) throws SQLException {
    List<String> unused =
        session.query(
            """
            SELECT h.rolname
            FROM pg_catalog.pg_roles h
            JOIN pg_catalog.pg_shdescription d
              ON d.objoid = h.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
            WHERE starts_with(d.description, ?)
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_auth_members a
                              JOIN pg_catalog.pg_shdescription g
                                ON g.objoid = a.member AND g.classoid = 'pg_catalog.pg_authid'::regclass
                              WHERE a.roleid = h.oid AND starts_with(g.description, ?))
            """,
            row -> row.getString(1),
            COMMENT + session.database() + ";",
            GroupRole.COMMENT);
    for (String role : unused) {
      MaskedSchema schema = new MaskedSchema(session, role);
      if (schema.exists()) {
        schema.drop();
      }
      takeGrants(session, role);
      try {
        session.attempt(() -> session.run("DROP ROLE " + Sql.name(role)));
      } catch (SQLException e) {
        // Somebody else granted it something: without members it gives nobody anything.
        if (!ServerErrors.DEPENDENT_OBJECTS.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
    return unused;
  }

  /** Takes all that a role holds in this database by name. */
  static void takeGrants(Session session, String role) throws SQLException {
    HeldGrants held = HeldGrants.of(session, role);
    List<Grant> own = new ArrayList<>(held.grants());
    own.removeIf(grant -> !grant.schema().equals(role));
    if (!own.isEmpty()) {
      session.asOwner(() -> run(session, Grant.statements(own, role, false)));
    }
    List<Grant> base = new ArrayList<>(held.grants());
    base.removeAll(own);
    run(session, Grant.statements(base, role, false));
    for (String other : held.others()) {
      session.run("REVOKE ALL ON %s FROM %s".formatted(other, Sql.name(role)));
    }
  }

  private static void run(Session session, List<String> statements) throws SQLException {
    for (String statement : statements) {
      session.run(statement);
    }
  }

  /** The admin may be a member, as PostgreSQL makes it one, and group roles. */
  private static final String STRANGERS =
      """
      SELECT DISTINCT m.rolname
      FROM pg_catalog.pg_auth_members a
      JOIN pg_catalog.pg_roles h ON h.oid = a.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = a.member
      LEFT JOIN pg_catalog.pg_shdescription d
        ON d.objoid = m.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
      WHERE h.rolname = ? AND m.rolname <> current_user
        AND NOT starts_with(coalesce(d.description, ''), '%s')
      """
          .formatted(GroupRole.COMMENT);
}

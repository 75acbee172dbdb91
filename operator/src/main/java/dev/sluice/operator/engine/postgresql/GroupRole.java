package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.plan.AccessIdentity;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The group role of one access, as which its sessions run: cannot log in, has no attribute, is a
 * member of the holder of its plan alone, and has Sluice's logins alone as members.
 */
final class GroupRole {
  /** How the comment of every group role begins. */
  static final String COMMENT = "Sluice: sessions of DatabaseAccess ";

  private static final Pattern HOME = Pattern.compile(" \\[home=(\\S+)]");

  private final Session session;
  private final String name;
  private final AccessIdentity access;

  GroupRole(Session session, String name, AccessIdentity access) {
    this.session = session;
    this.name = name;
    this.access = access;
  }

  boolean exists() throws SQLException {
    return session.any("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?", name);
  }

  void create() throws SQLException {
    session.run("CREATE ROLE " + Sql.name(name) + " NOLOGIN NOINHERIT");
  }

  /** The schema of views that its sessions have looked into from their beginning; null: none. */
  @Nullable String home() throws SQLException {
    Matcher matcher = HOME.matcher(comment(session, name));
    return matcher.find() && !Logins.of(session, name).isEmpty() ? matcher.group(1) : null;
  }

  /** Whether it held its plan itself when one was applied last. */
  boolean alone() throws SQLException {
    return HolderRole.plan(comment(session, name)) != null;
  }

  /**
   * Notes what is in force.
   *
   * @param home the schema of views that its sessions look into from their beginning
   * @param plan the hash of the plan, where the role holds it itself
   */
  void describe(String home, @Nullable String plan) throws SQLException {
    describe(
        session,
        name,
        "%s%s (uid %s) run as this role. Changes are undone. [home=%s]%s"
            .formatted(
                COMMENT, access, access.uid(), home, plan == null ? "" : " [plan=" + plan + "]"));
  }

  static void describe(Session session, String role, String comment) throws SQLException {
    if (!comment.equals(comment(session, role))) {
      session.run("COMMENT ON ROLE %s IS %s".formatted(Sql.name(role), Sql.literal(comment)));
    }
  }

  static String comment(Session session, String role) throws SQLException {
    return session
        .query(
            """
            SELECT d.description
            FROM pg_catalog.pg_roles r
            JOIN pg_catalog.pg_shdescription d
              ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
            WHERE r.rolname = ?
            """,
            row -> row.getString(1),
            role)
        .stream()
        .findFirst()
        .orElse("");
  }

  /**
   * Makes it a member of the holder of its plan, and of no other.
   *
   * @param holder the holder; the role itself, where it holds the plan
   * @return whether that was not so
   */
  boolean join(String holder) throws SQLException {
    boolean shared = !holder.equals(name);
    boolean changed = false;
    for (String other : HolderRole.of(session, name)) {
      if (!other.equals(holder)) {
        session.run("REVOKE %s FROM %s".formatted(Sql.name(other), Sql.name(name)));
        changed = true;
      }
    }
    if (session.holds(
        "SELECT rolinherit <> ? FROM pg_catalog.pg_roles WHERE rolname = ?", shared, name)) {
      session.run("ALTER ROLE %s %s".formatted(Sql.name(name), shared ? "INHERIT" : "NOINHERIT"));
      changed = true;
    }
    if (shared && !session.holds("SELECT pg_catalog.pg_has_role(?, ?, 'USAGE')", name, holder)) {
      session.run(
          "GRANT %s TO %s%s"
              .formatted(
                  Sql.name(holder),
                  Sql.name(name),
                  session.membershipOptions() ? " WITH INHERIT TRUE, SET FALSE" : ""));
      changed = true;
    }
    return changed;
  }

  /**
   * Leaves whatever it is a member of, so that it holds nothing of it from its next statement on.
   */
  void leave() throws SQLException {
    new RoleDrift(session, new ArrayList<>()).memberships(name, "");
  }

  /**
   * Undoes what somebody changed of the role itself.
   *
   * @param holder the holder of its plan
   * @return a sentence for each change
   */
  List<String> mend(String holder) throws SQLException {
    List<String> mended = new ArrayList<>();
    RoleDrift drift = new RoleDrift(session, mended);
    boolean shared = !holder.equals(name);
    drift.attributes(name, false, shared);
    drift.settings(name);
    drift.memberships(name, shared ? holder : "");
    drift.members(name, STRANGERS);
    for (String login : Logins.of(session, name)) {
      drift.attributes(login, true, false);
      drift.memberships(login, name);
      // A session that leaves the group's role has no rights of its own.
      drift.grants(login);
    }
    return mended;
  }

  /** The admin may be a member, as PostgreSQL makes it one, and the logins that Sluice made. */
  private static final String STRANGERS =
      """
      SELECT DISTINCT m.rolname
      FROM pg_catalog.pg_auth_members a
      JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = a.member
      WHERE g.rolname = ? AND m.rolname <> current_user
        AND NOT (left(m.rolname, length(g.rolname) + 1) = g.rolname || '_'
                 AND right(m.rolname, 11) ~ '^_[0-9a-f]{8}_[ab]$')
      """;
}

package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.plan.AccessIdentity;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The group role of one access: cannot log in, has no attribute, is a member of nothing, and has
 * Sluice's logins alone as members.
 */
final class GroupRole {
  private static final Pattern PLAN = Pattern.compile("\\[plan=([0-9a-f]{64})]");

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

  /** The hash of the plan that was applied last; null: none was. */
  @Nullable String appliedPlan() throws SQLException {
    String comment = comment(session, name);
    Matcher matcher = PLAN.matcher(comment);
    return matcher.find() ? matcher.group(1) : null;
  }

  void describe(String planHash) throws SQLException {
    String comment =
        "Sluice: sessions of DatabaseAccess %s (uid %s) run as this role. Changes are undone. [plan=%s]"
            .formatted(access, access.uid(), planHash);
    if (!comment.equals(comment(session, name))) {
      session.run("COMMENT ON ROLE %s IS %s".formatted(Sql.name(name), Sql.literal(comment)));
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
   * Undoes what somebody changed of the role itself.
   *
   * @return a sentence for each change
   */
  List<String> mend() throws SQLException {
    List<String> mended = new ArrayList<>();
    attributes(name, false, mended);
    settings(mended);
    memberships(name, "", mended);
    members(mended);
    for (String login : Logins.of(session, name)) {
      attributes(login, true, mended);
      memberships(login, name, mended);
      grants(login, mended);
    }
    return mended;
  }

  /** A login has no rights of its own: a session that leaves the group's role has none. */
  private void grants(String login, List<String> mended) throws SQLException {
    Set<Grant> held = HeldGrants.of(session, login).grants();
    for (String statement : Grant.statements(held, login, false)) {
      session.run(statement);
    }
    if (!held.isEmpty()) {
      mended.add(
          "Role %s had been given %s: it was taken away".formatted(login, Grant.sentences(held)));
    }
  }

  private void attributes(String role, boolean login, List<String> mended) throws SQLException {
    record Attribute(String wanted, String found) {}
    List<Attribute> wrong =
        session.query(
            """
            SELECT x.wanted, x.found
            FROM pg_catalog.pg_roles r
            CROSS JOIN LATERAL (VALUES
              ('NOSUPERUSER', 'SUPERUSER', r.rolsuper), ('NOLOGIN', 'LOGIN', r.rolcanlogin AND NOT ?),
              ('NOINHERIT', 'INHERIT', r.rolinherit), ('NOCREATEDB', 'CREATEDB', r.rolcreatedb),
              ('NOCREATEROLE', 'CREATEROLE', r.rolcreaterole), ('NOREPLICATION', 'REPLICATION', r.rolreplication),
              ('NOBYPASSRLS', 'BYPASSRLS', r.rolbypassrls)) AS x (wanted, found, wrong)
            WHERE r.rolname = ? AND x.wrong
            """,
            row -> new Attribute(row.getString(1), row.getString(2)),
            login,
            role);
    for (Attribute attribute : wrong) {
      session.run("ALTER ROLE %s %s".formatted(Sql.name(role), attribute.wanted()));
      mended.add(
          "Role %s had been given the attribute %s: it was taken away"
              .formatted(role, attribute.found()));
    }
  }

  private void settings(List<String> mended) throws SQLException {
    List<String> databases =
        session.query(
            """
            SELECT coalesce(b.datname, '')
            FROM pg_catalog.pg_db_role_setting s
            JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
            LEFT JOIN pg_catalog.pg_database b ON b.oid = s.setdatabase
            WHERE r.rolname = ?
            """,
            row -> row.getString(1),
            name);
    for (String database : databases) {
      session.run(
          "ALTER ROLE %s %s RESET ALL"
              .formatted(
                  Sql.name(name), database.isEmpty() ? "" : "IN DATABASE " + Sql.name(database)));
      mended.add("Role %s had been given settings of its own: they were reset".formatted(name));
    }
  }

  private void memberships(String role, String but, List<String> mended) throws SQLException {
    List<String> others =
        session.query(
            """
            SELECT DISTINCT o.rolname
            FROM pg_catalog.pg_auth_members m
            JOIN pg_catalog.pg_roles r ON r.oid = m.member
            JOIN pg_catalog.pg_roles o ON o.oid = m.roleid
            WHERE r.rolname = ? AND o.rolname <> ?
            """,
            row -> row.getString(1),
            role,
            but);
    for (String other : others) {
      session.run("REVOKE %s FROM %s".formatted(Sql.name(other), Sql.name(role)));
      mended.add("Role %s had been made a member of %s: it was taken out".formatted(role, other));
    }
  }

  /** The admin may be a member, as PostgreSQL makes it one, and the logins that Sluice made. */
  private void members(List<String> mended) throws SQLException {
    List<String> strangers =
        session.query(
            """
            SELECT DISTINCT m.rolname
            FROM pg_catalog.pg_auth_members a
            JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
            JOIN pg_catalog.pg_roles m ON m.oid = a.member
            WHERE g.rolname = ? AND m.rolname <> current_user
              AND NOT (left(m.rolname, length(g.rolname) + 1) = g.rolname || '_'
                       AND right(m.rolname, 11) ~ '^_[0-9a-f]{8}_[ab]$')
            """,
            row -> row.getString(1), name);
    for (String stranger : strangers) {
      session.run("REVOKE %s FROM %s".formatted(Sql.name(name), Sql.name(stranger)));
      mended.add(
          "Role %s had been made a member of %s: it was taken out".formatted(stranger, name));
    }
  }
}

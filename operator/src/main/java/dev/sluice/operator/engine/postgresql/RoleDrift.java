package dev.sluice.operator.engine.postgresql;

import java.sql.SQLException;
import java.util.List;

/** Undoes what somebody changed of roles themselves: attributes, settings, memberships. */
final class RoleDrift {
  private final Session session;
  private final List<String> mended;

  /**
   * For one session.
   *
   * @param session where
   * @param mended receives a sentence for each change
   */
  RoleDrift(Session session, List<String> mended) {
    this.session = session;
    this.mended = mended;
  }

  /** No attribute but these. */
  void attributes(String role, boolean login, boolean inherit) throws SQLException {
    record Attribute(String wanted, String found) {}
    List<Attribute> wrong =
        session.query(
            """
            SELECT x.wanted, x.found
            FROM pg_catalog.pg_roles r
            CROSS JOIN LATERAL (VALUES
              ('NOSUPERUSER', 'SUPERUSER', r.rolsuper), ('NOLOGIN', 'LOGIN', r.rolcanlogin AND NOT ?),
              ('NOINHERIT', 'INHERIT', r.rolinherit AND NOT ?), ('NOCREATEDB', 'CREATEDB', r.rolcreatedb),
              ('NOCREATEROLE', 'CREATEROLE', r.rolcreaterole), ('NOREPLICATION', 'REPLICATION', r.rolreplication),
              ('NOBYPASSRLS', 'BYPASSRLS', r.rolbypassrls)) AS x (wanted, found, wrong)
            WHERE r.rolname = ? AND x.wrong
            """,
            row -> new Attribute(row.getString(1), row.getString(2)),
            login,
            inherit,
            role);
    for (Attribute attribute : wrong) {
      session.run("ALTER ROLE %s %s".formatted(Sql.name(role), attribute.wanted()));
      mended.add(
          "Role %s had been given the attribute %s: it was taken away"
              .formatted(role, attribute.found()));
    }
  }

  /** No settings. */
  void settings(String role) throws SQLException {
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
            role);
    for (String database : databases) {
      session.run(
          "ALTER ROLE %s %s RESET ALL"
              .formatted(
                  Sql.name(role), database.isEmpty() ? "" : "IN DATABASE " + Sql.name(database)));
      mended.add("Role %s had been given settings of its own: they were reset".formatted(role));
    }
  }

  /** A member of nothing but one role. */
  void memberships(String role, String but) throws SQLException {
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
      takeOut(other, role);
    }
  }

  /**
   * Takes members out.
   *
   * @param role of which
   * @param strangers who, a query with the role's name as its parameter
   */
  void members(String role, String strangers) throws SQLException {
    for (String stranger : session.query(strangers, row -> row.getString(1), role)) {
      takeOut(role, stranger);
    }
  }

  private void takeOut(String role, String member) throws SQLException {
    mended.add(
        Membership.takeOut(session, role, member)
            ? "Role %s had been made a member of %s: it was taken out".formatted(member, role)
            : "Role %s has been made a member of %s by a superuser, who alone can take it out: REVOKE %s FROM %s"
                .formatted(member, role, Sql.name(role), Sql.name(member)));
  }

  /** Holds nothing by itself on anything. */
  void nothing(String role) throws SQLException {
    HeldGrants held = HeldGrants.of(session, role);
    grants(role, held);
    others(role, held);
  }

  /** No privileges on things of other kinds than those that a plan gives. */
  void others(String role, HeldGrants held) throws SQLException {
    for (String other : held.others()) {
      session.run("REVOKE ALL ON %s FROM %s".formatted(other, Sql.name(role)));
      mended.add(
          "Role %s had been given privileges on %s: they were taken away".formatted(role, other));
    }
  }

  /** No privileges on schemas, tables and sequences by itself. */
  void grants(String role) throws SQLException {
    grants(role, HeldGrants.of(session, role));
  }

  private void grants(String role, HeldGrants held) throws SQLException {
    for (String statement : Grant.statements(held.grants(), role, false)) {
      session.run(statement);
    }
    if (!held.grants().isEmpty()) {
      mended.add(
          "Role %s had been given %s: it was taken away"
              .formatted(role, Grant.sentences(held.grants())));
    }
  }
}

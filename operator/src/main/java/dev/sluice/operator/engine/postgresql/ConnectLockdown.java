package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps roles that are not known from connecting to the database, and lets them again. What it
 * takes and what it gives stands beside the masked views, so that any operator can undo it. Steps
 * of one transaction in which nobody else works.
 */
final class ConnectLockdown {
  /** What was taken, and what was given instead; {@code grantee} 0 is PUBLIC. */
  static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS sluice.connect_lockdown (
        grantee oid NOT NULL,
        grantor oid NOT NULL,
        grantable boolean NOT NULL,
        taken boolean NOT NULL,
        PRIMARY KEY (grantee, grantor, taken)
      )\
      """;

  private static final long PUBLIC = 0;

  private final Session session;

  ConnectLockdown(Session session) {
    this.session = session;
  }

  /** A right to connect, as the access control list has it. */
  private record Right(long grantee, long grantor, boolean grantable) {}

  /** A role; whether the lockdown leaves it its right, and whether it needs one of its own. */
  private record Role(String name, boolean allowed, boolean needed) {}

  /**
   * Takes the right from everybody who is not known, and gives it to those who had it by PUBLIC and
   * are meant to have it.
   *
   * @param known roles that are meant to connect
   * @return what stands in the way, a sentence each
   */
  List<String> keep(List<String> known) throws SQLException {
    if (!mayAct()) {
      return List.of(
          "CONNECT could not be taken from other roles: role %s does not own database %s. Make it a member of the owner, or set spec.posture.lockdown to Report."
              .formatted(session.user(), session.database()));
    }
    Map<Long, Role> roles = roles(known);
    long owner = owner();
    forgetGone(roles);
    for (Right given : noted(false)) {
      Role role = roles.get(given.grantee());
      if (role != null && !role.needed()) {
        revoke(Sql.name(role.name()));
        forget(given, false);
      }
    }
    restore(
        noted(true).stream().filter(right -> stays(right, roles, owner)).toList(), roles, owner);
    take(roles, owner);
    Set<Long> holders = new HashSet<>();
    rights().forEach(right -> holders.add(right.grantee()));
    for (Map.Entry<Long, Role> each : roles.entrySet()) {
      if (each.getValue().needed() && !holders.contains(each.getKey())) {
        session.run(
            "GRANT CONNECT ON DATABASE %s TO %s"
                .formatted(database(), Sql.name(each.getValue().name())));
        note(new Right(each.getKey(), owner, false), false);
      }
    }
    return rights().stream()
        .filter(right -> !stays(right, roles, owner))
        .map(
            right ->
                "CONNECT could not be taken from %s: somebody else granted it. REVOKE it as a superuser."
                    .formatted(name(right.grantee(), roles)))
        .toList();
  }

  /**
   * Gives back what was taken, and takes what was given instead.
   *
   * @return what stands in the way, a sentence each
   */
  List<String> lift() throws SQLException {
    if (!session.holds("SELECT to_regclass('sluice.connect_lockdown') IS NOT NULL")) {
      return List.of();
    }
    List<Right> given = noted(false);
    List<Right> taken = noted(true);
    if (given.isEmpty() && taken.isEmpty()) {
      return List.of();
    }
    if (!mayAct()) {
      return List.of(
          "CONNECT could not be given back: role %s does not own database %s any more. Make it a member of the owner."
              .formatted(session.user(), session.database()));
    }
    Map<Long, Role> roles = roles(List.of());
    for (Right right : given) {
      Role role = roles.get(right.grantee());
      if (role != null) {
        revoke(Sql.name(role.name()));
      }
      forget(right, false);
    }
    restore(taken, roles, owner());
    return List.of();
  }

  private void take(Map<Long, Role> roles, long owner) throws SQLException {
    List<Right> taken = rights().stream().filter(right -> !stays(right, roles, owner)).toList();
    for (Right right : taken) {
      note(right, true);
    }
    for (Right right : taken) {
      if (right.grantor() == owner) {
        revoke(name(right.grantee(), roles));
      }
    }
    // What others granted by a right that is theirs still.
    for (Right right : rights()) {
      Role grantor = roles.get(right.grantor());
      if (!stays(right, roles, owner) && grantor != null) {
        as(grantor.name(), () -> revoke(name(right.grantee(), roles)));
      }
    }
  }

  /** First what the owner granted, on which the rest stands. */
  private void restore(List<Right> rights, Map<Long, Role> roles, long owner) throws SQLException {
    List<Right> ordered = new ArrayList<>();
    rights.stream().filter(right -> right.grantor() == owner).forEach(ordered::add);
    rights.stream().filter(right -> right.grantor() != owner).forEach(ordered::add);
    for (Right right : ordered) {
      if (right.grantee() == PUBLIC || roles.containsKey(right.grantee())) {
        String grant =
            "GRANT CONNECT ON DATABASE %s TO %s%s"
                .formatted(
                    database(),
                    name(right.grantee(), roles),
                    right.grantable() ? " WITH GRANT OPTION" : "");
        Role grantor = right.grantor() == owner ? null : roles.get(right.grantor());
        if (grantor == null || !as(grantor.name(), () -> session.run(grant))) {
          session.run(grant);
        }
      }
      forget(right, true);
    }
  }

  private static boolean stays(Right right, Map<Long, Role> roles, long owner) {
    return isAllowed(right.grantee(), roles)
        && (right.grantor() == owner || isAllowed(right.grantor(), roles));
  }

  private static boolean isAllowed(long role, Map<Long, Role> roles) {
    Role known = roles.get(role);
    return known != null && known.allowed();
  }

  /** Does a step as another role; whether that was possible. */
  private boolean as(String role, Session.Steps steps) throws SQLException {
    try {
      session.attempt(
          () -> {
            session.run("SET LOCAL ROLE " + Sql.name(role));
            steps.run();
            session.run("RESET ROLE");
          });
      return true;
    } catch (SQLException e) {
      if (ServerErrors.disconnected(e)) {
        throw e;
      }
      return false;
    }
  }

  private void revoke(String grantee) throws SQLException {
    session.run("REVOKE CONNECT ON DATABASE %s FROM %s CASCADE".formatted(database(), grantee));
  }

  private String database() {
    return Sql.name(session.database());
  }

  private static String name(long role, Map<Long, Role> roles) {
    Role known = roles.get(role);
    return known == null ? "PUBLIC" : Sql.name(known.name());
  }

  private boolean mayAct() throws SQLException {
    return session.superuser()
        || session.holds(
            "SELECT pg_catalog.pg_has_role(datdba, 'USAGE') FROM pg_catalog.pg_database WHERE"
                + " datname = current_database()");
  }

  private long owner() throws SQLException {
    return session.one(
        "SELECT datdba::bigint FROM pg_catalog.pg_database WHERE datname = current_database()",
        row -> row.getLong(1));
  }

  private List<Right> rights() throws SQLException {
    return session.query(
        """
        SELECT x.grantee::bigint, x.grantor::bigint, x.is_grantable
        FROM pg_catalog.pg_database d
        CROSS JOIN LATERAL pg_catalog.aclexplode(
          coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) x
        WHERE d.datname = current_database() AND x.privilege_type = 'CONNECT'
        ORDER BY 1, 2
        """,
        row -> new Right(row.getLong(1), row.getLong(2), row.getBoolean(3)));
  }

  /**
   * All roles. The admin, whoever else administers Sluice on the server, known roles and the logins
   * of this database's accesses need a right of their own; superusers and the owner need none.
   */
  private Map<Long, Role> roles(List<String> known) throws SQLException {
    List<String> groups = new ArrayList<>();
    session.asOwner(
        () ->
            groups.addAll(session.query("SELECT role FROM sluice.given", row -> row.getString(1))));
    List<String> logins = new ArrayList<>();
    for (String group : groups) {
      logins.addAll(Logins.of(session, group));
    }
    Map<Long, Role> roles = new HashMap<>();
    session.query(
        """
        SELECT r.oid::bigint, r.rolname, r.ours, r.ours OR r.without OR r.sluice, r.without
        FROM (SELECT r.oid, r.rolname,
                     r.rolname = current_user OR r.rolname = ANY (?::text[]) OR r.rolname = ANY (?::text[])
                       OR (r.rolcreaterole AND pg_catalog.pg_has_role(r.oid, o.oid, 'MEMBER')) AS ours,
                     r.rolsuper OR r.oid = (SELECT datdba FROM pg_catalog.pg_database
                                            WHERE datname = current_database()) AS without,
                     starts_with(r.rolname, 'sluice_') AND EXISTS (
                       SELECT FROM pg_catalog.pg_shdescription d
                       WHERE d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
                         AND starts_with(d.description, 'Sluice: ')) AS sluice
              FROM pg_catalog.pg_roles r, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?) o) r
        """,
        row ->
            roles.put(
                row.getLong(1),
                new Role(
                    row.getString(2), row.getBoolean(4), row.getBoolean(3) && !row.getBoolean(5))),
        known,
        logins,
        RoleNames.OWNER);
    return roles;
  }

  private List<Right> noted(boolean taken) throws SQLException {
    List<Right> noted = new ArrayList<>();
    session.asOwner(
        () ->
            noted.addAll(
                session.query(
                    """
                    SELECT grantee::bigint, grantor::bigint, grantable FROM sluice.connect_lockdown
                    WHERE taken = ? ORDER BY 1, 2
                    """,
                    row -> new Right(row.getLong(1), row.getLong(2), row.getBoolean(3)),
                    taken)));
    return noted;
  }

  private void note(Right right, boolean taken) throws SQLException {
    session.asOwner(
        () ->
            session.update(
                """
                INSERT INTO sluice.connect_lockdown VALUES (?::bigint::oid, ?::bigint::oid, ?, ?)
                ON CONFLICT (grantee, grantor, taken) DO UPDATE SET grantable = excluded.grantable
                """,
                right.grantee(),
                right.grantor(),
                right.grantable(),
                taken));
  }

  private void forget(Right right, boolean taken) throws SQLException {
    session.asOwner(
        () ->
            session.update(
                "DELETE FROM sluice.connect_lockdown WHERE grantee = ?::bigint::oid AND grantor ="
                    + " ?::bigint::oid AND taken = ?",
                right.grantee(),
                right.grantor(),
                taken));
  }

  private void forgetGone(Map<Long, Role> roles) throws SQLException {
    for (boolean taken : new boolean[] {true, false}) {
      for (Right right : noted(taken)) {
        if (right.grantee() != PUBLIC && !roles.containsKey(right.grantee())) {
          forget(right, taken);
        }
      }
    }
  }
}

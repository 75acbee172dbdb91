package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.operator.engine.Released;
import dev.sluice.operator.engine.Revoked;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessIdentity;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Takes an access back, and in the end all of Sluice. */
final class Revocation {
  private static final int TERMINATION_MILLIS = 5000;

  private final Session session;

  Revocation(Session session) {
    this.session = session;
  }

  Revoked revoke(AccessIdentity access, Bundle.Revocation revocation) throws SQLException {
    String group = RoleNames.group(access);
    List<String> logins =
        session.transaction(
            () -> {
              session.alone();
              return disarm(group, access);
            });
    int running = end(logins, revocation);
    if (running > 0) {
      return new Revoked(false, running);
    }
    return session.transaction(
        () -> {
          session.alone();
          remove(group, access);
          return new Revoked(true, 0);
        });
  }

  /** From here on no login succeeds and no statement that begins finds a privilege. */
  private List<String> disarm(String group, AccessIdentity access) throws SQLException {
    List<String> logins = Logins.of(session, group);
    for (String login : logins) {
      session.run("ALTER ROLE %s NOLOGIN PASSWORD NULL".formatted(Sql.name(login)));
      Membership.ensure(session, login);
    }
    GroupRole role = new GroupRole(session, group, access);
    if (role.exists()) {
      role.leave();
      HolderRole.takeGrants(session, group);
    }
    return logins;
  }

  /**
   * Ends sessions.
   *
   * @return how many are left, because a statement of theirs runs
   */
  private int end(List<String> logins, Bundle.Revocation revocation) throws SQLException {
    List<Activity> activities = new ArrayList<>();
    for (String login : logins) {
      activities.addAll(activities(login));
    }
    int left = 0;
    for (Activity activity : activities) {
      boolean spare =
          switch (revocation) {
            case FINISH_STATEMENT -> activity.running();
            case TERMINATE -> false;
          };
      if (spare) {
        left++;
      } else {
        terminate(activity.process(), activity.login());
      }
    }
    return left;
  }

  /** One session of a login. */
  private record Activity(int process, String login, boolean running) {}

  private List<Activity> activities(String login) throws SQLException {
    return asLogin(
        login,
        () ->
            session.query(
                "SELECT pid, state = 'active' FROM pg_catalog.pg_stat_activity WHERE usename = ?",
                row -> new Activity(row.getInt(1), login, row.getBoolean(2)),
                login));
  }

  private void terminate(int process, String login) throws SQLException {
    asLogin(
        login,
        () ->
            session.query(
                "SELECT pg_catalog.pg_terminate_backend(?, ?)",
                row -> row.getBoolean(1),
                process,
                TERMINATION_MILLIS));
  }

  /** As the login itself, which on every server may look at its own sessions and end them. */
  private <T> T asLogin(String login, Session.Work<T> work) throws SQLException {
    return session.transaction(
        () -> {
          if (!session.superuser()) {
            session.run("SET LOCAL ROLE " + Sql.name(login));
          }
          return work.run();
        });
  }

  private void remove(String group, AccessIdentity access) throws SQLException {
    new GivenSpecs(session).forget(group);
    new LookupTurns(session).remove(group);
    MaskedSchema schema = new MaskedSchema(session, group);
    if (schema.exists()) {
      schema.drop();
    }
    for (String login : Logins.of(session, group)) {
      Logins.drop(session, login);
    }
    if (new GroupRole(session, group, access).exists()) {
      HolderRole.takeGrants(session, group);
      if (ownsSomething(group)) {
        // What an access with schema changes made stays, as the admin's.
        Membership.inherit(session, group);
        session.run("REASSIGN OWNED BY %s TO CURRENT_USER".formatted(Sql.name(group)));
        session.run("DROP OWNED BY %s".formatted(Sql.name(group)));
      }
      try {
        session.run("DROP ROLE " + Sql.name(group));
      } catch (SQLException e) {
        if (!ServerErrors.DEPENDENT_OBJECTS.equals(e.getSQLState())) {
          throw e;
        }
        throw new EngineException(
            Category.InsufficientRights,
            "role %s cannot be dropped: somebody else granted it privileges or gave it objects"
                .formatted(group),
            "DROP OWNED BY %s in each database of the server".formatted(Sql.name(group)),
            e);
      }
    }
    if (session.any("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?", RoleNames.OWNER)) {
      HolderRole.prune(session);
      new OwnerGrants(session).prune();
    }
  }

  private boolean ownsSomething(String role) throws SQLException {
    return session.any(
        """
        SELECT FROM pg_catalog.pg_shdepend d
        JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
        WHERE r.rolname = ? AND d.deptype = 'o' AND d.refclassid = 'pg_catalog.pg_authid'::regclass
          AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        """,
        role);
  }

  Released release() throws SQLException {
    if (!session.any("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?", RoleNames.OWNER)) {
      return new Released(true, List.of());
    }
    Membership.ensure(session, RoleNames.OWNER);
    List<String> remaining = new ArrayList<>(new ConnectLockdown(session).lift());
    session
        .query(
            """
            SELECT DISTINCT r.rolname
            FROM pg_catalog.pg_roles r
            JOIN pg_catalog.pg_shdescription c
              ON c.objoid = r.oid AND c.classoid = 'pg_catalog.pg_authid'::regclass
            LEFT JOIN pg_catalog.pg_auth_members m ON m.member = r.oid
            JOIN pg_catalog.pg_shdepend d
              ON d.refobjid IN (r.oid, m.roleid) AND d.refclassid = 'pg_catalog.pg_authid'::regclass
            WHERE starts_with(c.description, ?)
              AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
            ORDER BY 1
            """,
            row -> row.getString(1),
            GroupRole.COMMENT)
        .forEach(
            role ->
                remaining.add(
                    "Role %s of another access still has privileges in database %s"
                        .formatted(role, session.database())));
    if (!remaining.isEmpty()) {
      return new Released(false, remaining);
    }
    new SchemaWatch(session).remove();
    new ShadowWatch(session).remove();
    HolderRole.prune(session);
    session.asOwner(() -> session.run("DROP SCHEMA IF EXISTS sluice CASCADE"));
    new OwnerGrants(session).prune();
    try {
      session.attempt(() -> session.run("DROP ROLE " + Sql.name(RoleNames.OWNER)));
    } catch (SQLException e) {
      // Another database of the server has masked views, or another admin made the role.
      if (!ServerErrors.DEPENDENT_OBJECTS.equals(e.getSQLState())
          && !ServerErrors.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
    }
    return new Released(true, List.of());
  }
}

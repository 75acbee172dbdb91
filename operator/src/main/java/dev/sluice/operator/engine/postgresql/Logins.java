package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.credential.ScramVerifier;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The login roles of pods. */
final class Logins {
  /** How the comment of every login begins. */
  static final String COMMENT = "Sluice: login of pod ";

  private final Session session;

  Logins(Session session) {
    this.session = session;
  }

  /**
   * Makes or renews a login, within a transaction.
   *
   * @param plan the plan, which must have been applied
   * @param podUid the pod
   * @param passwords the maker of its password
   * @param now the time here; the server's own clock rules when the login ends there
   */
  Credential issue(AccessPlan plan, String podUid, Passwords passwords, Instant now)
      throws SQLException {
    // Shared with other logins, not with applying or taking back.
    session.run("SELECT pg_catalog.pg_advisory_xact_lock_shared(126943972909925)");
    session.query(
        "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(?, 0))::text",
        row -> true,
        plan.role() + podUid);
    Instant end = now.plus(plan.credentialLifetime());
    Instant accessEnd = plan.expiresAt();
    Instant validUntil = accessEnd != null && accessEnd.isBefore(end) ? accessEnd : end;
    if (!validUntil.isAfter(now)
        || !GroupRole.comment(session, plan.role()).contains(plan.access().uid())) {
      throw new EngineException(
          Category.AccessNotFound,
          "DatabaseAccess %s has ended or is not applied to database %s"
              .formatted(plan.access(), session.database()),
          "Look at its conditions");
    }
    String login = slot(plan.role(), podUid);
    String password = passwords.next();
    make(
        plan,
        podUid,
        login,
        ScramVerifier.of(password, passwords.salt()),
        Duration.between(now, validUntil));
    return new Credential(login, password, now, validUntil);
  }

  /** The login that does not exist yet, or the one that ends first. */
  private String slot(String group, String podUid) throws SQLException {
    return session.one(
        """
        SELECT x.name
        FROM unnest(?::text[]) WITH ORDINALITY AS x (name, place)
        LEFT JOIN pg_catalog.pg_roles r ON r.rolname = x.name
        ORDER BY r.rolvaliduntil NULLS FIRST, x.place
        LIMIT 1
        """,
        row -> row.getString(1),
        List.of(RoleNames.login(group, podUid, 'a'), RoleNames.login(group, podUid, 'b')));
  }

  private void make(
      AccessPlan plan, String podUid, String login, String verifier, Duration lifetime)
      throws SQLException {
    String name = Sql.name(login);
    String until =
        session.one(
            "SELECT (now() + make_interval(secs => ?))::text",
            row -> row.getString(1),
            (double) lifetime.toSeconds());
    boolean present = session.any("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?", login);
    session.run(
        "%s ROLE %s LOGIN NOINHERIT CONNECTION LIMIT %d PASSWORD %s VALID UNTIL %s"
            .formatted(
                present ? "ALTER" : "CREATE",
                name,
                plan.sessions().max(),
                Sql.literal(verifier),
                Sql.literal(until)));
    if (!present) {
      session.run(
          "COMMENT ON ROLE %s IS %s"
              .formatted(
                  name,
                  Sql.literal(
                      "%s%s for DatabaseAccess %s (uid %s)."
                          .formatted(COMMENT, podUid, plan.access(), plan.access().uid()))));
    }
    if (!session.holds("SELECT pg_catalog.pg_has_role(?, ?, 'MEMBER')", login, plan.role())) {
      session.run("GRANT %s TO %s".formatted(Sql.name(plan.role()), name));
    }
    if (!session.holds(
        "SELECT pg_catalog.has_database_privilege(?, current_database(), 'CONNECT')", login)) {
      session.run(
          "GRANT CONNECT ON DATABASE %s TO %s".formatted(Sql.name(session.database()), name));
    }
    settings(plan, name);
  }

  private void settings(AccessPlan plan, String name) throws SQLException {
    session.run("ALTER ROLE %s RESET ALL".formatted(name));
    session.run("ALTER ROLE %s SET role = %s".formatted(name, Sql.literal(plan.role())));
    session.run("ALTER ROLE %s SET search_path = %s".formatted(name, Sql.names(plan.searchPath())));
    long timeout = plan.sessions().statementTimeoutSeconds();
    if (timeout > 0) {
      session.run("ALTER ROLE %s SET statement_timeout = '%ds'".formatted(name, timeout));
    }
  }

  /** Names of the logins of a group. */
  static List<String> of(Session session, String group) throws SQLException {
    return session.query(
        """
        SELECT rolname FROM pg_catalog.pg_roles
        WHERE left(rolname, length(?) + 1) = ? || '_' AND right(rolname, 11) ~ '^_[0-9a-f]{8}_[ab]$'
          AND length(rolname) = length(?) + 11
        ORDER BY rolname
        """,
        row -> row.getString(1), group, group, group);
  }

  /** How many pods hold a login that is valid. */
  static int pods(Session session, String group) throws SQLException {
    return session.one(
        """
        SELECT count(DISTINCT left(rolname, -2))::int FROM pg_catalog.pg_roles
        WHERE left(rolname, length(?) + 1) = ? || '_' AND right(rolname, 11) ~ '^_[0-9a-f]{8}_[ab]$'
          AND length(rolname) = length(?) + 11 AND rolcanlogin AND rolvaliduntil > now()
        """,
        row -> row.getInt(1), group, group, group);
  }

  /**
   * Removes logins that are over and unused, of whichever access.
   *
   * @return how many
   */
  static int removeExpired(Session session) throws SQLException {
    List<String> expired =
        session.query(
            """
            SELECT r.rolname
            FROM pg_catalog.pg_roles r
            JOIN pg_catalog.pg_shdescription d
              ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
            WHERE starts_with(d.description, ?) AND r.rolvaliduntil < now()
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid)
            ORDER BY 1
            """,
            row -> row.getString(1),
            COMMENT);
    int removed = 0;
    for (String login : expired) {
      try {
        session.attempt(() -> drop(session, login));
        removed++;
      } catch (SQLException e) {
        // Made by another admin, or still named in another database: theirs to remove.
        if (!ServerErrors.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
            && !ServerErrors.DEPENDENT_OBJECTS.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
    return removed;
  }

  /** Removes one login. */
  static void drop(Session session, String login) throws SQLException {
    for (String other : HeldGrants.of(session, login).others()) {
      session.run("REVOKE ALL ON %s FROM %s".formatted(other, Sql.name(login)));
    }
    session.run("DROP ROLE " + Sql.name(login));
  }
}

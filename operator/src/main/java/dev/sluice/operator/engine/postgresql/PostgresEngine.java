package dev.sluice.operator.engine.postgresql;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.Examination;
import dev.sluice.operator.engine.Posture;
import dev.sluice.operator.engine.Released;
import dev.sluice.operator.engine.Revoked;
import dev.sluice.operator.engine.SchemaChange;
import dev.sluice.operator.engine.Server;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.discovery.ObservedColumn;
import dev.sluice.policy.plan.AccessIdentity;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The engine for PostgreSQL. */
public final class PostgresEngine implements DatabaseEngine {
  private static final int TRIES = 3;

  private final AdminConnection admin;
  private final Connector connector;
  private final Passwords passwords;
  private final Clock clock;
  private final DatabaseKnowledge knowledge;

  /**
   * The engine for one database, which shares with no other what it knows. Connects to nothing yet.
   *
   * @param admin how to reach it
   * @param passwords makes the logins' passwords
   * @param clock the time
   */
  public PostgresEngine(AdminConnection admin, Passwords passwords, Clock clock) {
    this(admin, passwords, clock, new DatabaseKnowledge());
  }

  PostgresEngine(
      AdminConnection admin, Passwords passwords, Clock clock, DatabaseKnowledge knowledge) {
    this.admin = admin;
    this.connector = new Connector(admin);
    this.passwords = passwords;
    this.clock = clock;
    this.knowledge = knowledge;
  }

  /** Something done in a session. */
  private interface Work<T> {
    T run(Session session) throws SQLException;
  }

  @Override
  public Server prepare() {
    return inSession(
        session -> {
          Preparation.version(session);
          return session.transaction(() -> new Preparation(session).run());
        });
  }

  @Override
  public boolean rotateMaskKey(String word) {
    return inSession(
        session ->
            session.transaction(
                () -> {
                  session.alone();
                  return new MaskKey(session).rotate(word);
                }));
  }

  @Override
  public boolean useMaskKey(byte[] secret, String word) {
    return inSession(
        session ->
            session.transaction(
                () -> {
                  session.alone();
                  return new MaskKey(session).use(secret, word);
                }));
  }

  @Override
  public Catalogue catalogue(Collection<String> schemas) {
    return inSession(session -> informed(session).catalogue(schemas));
  }

  @Override
  public Examination examine(Examination.Request request) {
    return inSession(session -> new Examiner(session, clock).run(request));
  }

  @Override
  public List<ObservedColumn> observed(Catalogue catalogue) {
    return inSession(session -> new Examiner(session, clock).observed(catalogue));
  }

  @Override
  public String schemaVersion() {
    return inSession(SchemaVersion::of);
  }

  @Override
  public boolean schemaChanged() {
    return inSession(session -> session.discarded(() -> new SchemaWatch(session).changed()));
  }

  @Override
  public Posture posture(Posture.Request request) {
    return inSession(
        session -> {
          List<String> problems =
              session.transaction(
                  () -> {
                    session.alone();
                    ConnectLockdown lockdown = new ConnectLockdown(session);
                    return request.locked() ? lockdown.keep(request.knownRoles()) : lockdown.lift();
                  });
          return new PostureReader(session, request, problems).read();
        });
  }

  @Override
  public boolean watchSchemaChanges(boolean watched) {
    return inSession(
        session ->
            session.transaction(
                () -> {
                  session.alone();
                  ShadowWatch watch = new ShadowWatch(session);
                  if (watched) {
                    return watch.ensure();
                  }
                  watch.remove();
                  return false;
                }));
  }

  @Override
  public List<SchemaChange> schemaChanges() {
    return inSession(session -> session.discarded(() -> new ShadowWatch(session).changes()));
  }

  @Override
  public void forgetSchemaChanges(long upTo) {
    inSession(
        session ->
            session.transaction(
                () -> {
                  new ShadowWatch(session).forget(upTo);
                  return true;
                }));
  }

  @Override
  public void stopExamining() {
    inSession(
        session ->
            session.transaction(
                () -> {
                  session.alone();
                  new SchemaWatch(session).remove();
                  new Examiner(session, clock).forget();
                  return true;
                }));
  }

  @Override
  public Applied apply(AccessPlan plan) {
    return inSession(session -> informed(session).apply(plan, false));
  }

  @Override
  public Optional<DatabaseAccessSpec> given(AccessIdentity access) {
    return inSession(
        session ->
            session.transaction(
                () -> Optional.ofNullable(new GivenSpecs(session).find(RoleNames.group(access)))));
  }

  @Override
  public Applied keep(AccessPlan plan) {
    return inSession(session -> informed(session).apply(plan, true));
  }

  @Override
  public Credential issueLogin(AccessPlan plan, String podUid) {
    return inSession(
        session ->
            session.transaction(
                () -> new Logins(session).issue(plan, podUid, passwords, clock.instant())));
  }

  @Override
  public int podsWithLogin(AccessIdentity access) {
    return inSession(session -> Logins.pods(session, RoleNames.group(access)));
  }

  @Override
  public Revoked revoke(AccessIdentity access, Bundle.Revocation revocation) {
    return inSession(session -> new Revocation(session).revoke(access, revocation));
  }

  @Override
  public int removeExpiredLogins() {
    return inSession(
        session ->
            session.transaction(
                () -> {
                  session.alone();
                  return Logins.removeExpired(session);
                }));
  }

  @Override
  public Released release() {
    return inSession(
        session ->
            session.transaction(
                () -> {
                  session.alone();
                  return new Revocation(session).release();
                }));
  }

  private Informed informed(Session session) {
    return new Informed(session, knowledge, clock);
  }

  /**
   * Roles belong to the whole server, so another database's engine can be in the way: try again.
   */
  private <T> T inSession(Work<T> work) {
    int left = TRIES;
    while (true) {
      try (Session session = connector.connect()) {
        return work.run(session);
      } catch (SQLException e) {
        left--;
        if (left == 0 || !ServerErrors.concurrent(e)) {
          throw ServerErrors.working(e, admin);
        }
      }
    }
  }
}

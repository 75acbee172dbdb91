package dev.sluice.sidecar.session;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.statement.SessionFacts;
import dev.sluice.sidecar.detect.Origins;
import dev.sluice.sidecar.postgres.ServerConnector;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sql.postgres.SqlAnalyzer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A grant as it is now: its terms, its credential and its sessions. Whoever learns of a new bundle
 * or credential tells it here; sessions look here before each message.
 */
public final class Grant {
  private final String access;
  private final Supplier<SqlAnalyzer> analyzer;
  private final SecureRandom random;
  private final SessionFacts pod;
  private final InstantSource clock;
  private final Sessions sessions = new Sessions();
  private final RunningStatements running = new RunningStatements();
  private volatile @Nullable Terms terms;
  private volatile @Nullable ServerConnector connector;
  private volatile @Nullable Credential credential;
  private volatile @Nullable Credential refused;
  private volatile Origins origins = Origins.NONE;
  private volatile String unavailable = "";
  private volatile Runnable credentialRefused = () -> {};

  /**
   * A grant without a bundle or a credential yet.
   *
   * @param access the DatabaseAccess, {@code namespace/name}
   * @param analyzer reads statements
   * @param random for logins and keys
   */
  public Grant(String access, Supplier<SqlAnalyzer> analyzer, SecureRandom random) {
    this(access, analyzer, random, SessionFacts.UNKNOWN, InstantSource.system());
  }

  /**
   * A grant without a bundle or a credential yet.
   *
   * @param access the DatabaseAccess, {@code namespace/name}
   * @param analyzer reads statements
   * @param random for logins and keys
   * @param pod what is known of all its sessions
   * @param clock the time, for rules that ask for it
   */
  public Grant(
      String access,
      Supplier<SqlAnalyzer> analyzer,
      SecureRandom random,
      SessionFacts pod,
      InstantSource clock) {
    this.access = access;
    this.analyzer = analyzer;
    this.random = random;
    this.pod = pod;
    this.clock = clock;
  }

  /** The DatabaseAccess, {@code namespace/name}. */
  public String access() {
    return access;
  }

  /** Its sessions. */
  public Sessions sessions() {
    return sessions;
  }

  /** What they run that rules limit in number. */
  RunningStatements running() {
    return running;
  }

  /**
   * Puts a bundle in force.
   *
   * @param bundle the bundle
   * @return whether it is another one than before
   */
  public synchronized boolean apply(Bundle bundle) {
    Terms before = terms;
    if (before != null && before.bundle().equals(bundle)) {
      return false;
    }
    if (before == null || !before.bundle().target().equals(bundle.target())) {
      connector = new ServerConnector(bundle.target(), bundle.sessions().connectTimeout(), random);
    }
    terms = new Terms(bundle, analyzer, pod, clock);
    if (bundle.state() == Bundle.State.REVOKED) {
      Ending reason = Ending.revoked(bundle);
      Moment when =
          bundle.revocation() == Bundle.Revocation.TERMINATE ? Moment.NOW : Moment.AFTER_STATEMENT;
      sessions.open().forEach(session -> session.end(reason, when));
    }
    return true;
  }

  /** Ends all sessions, each after its transaction. */
  public void shutDown() {
    sessions
        .open()
        .forEach(session -> session.end(Ending.shuttingDown(), Moment.AFTER_TRANSACTION));
  }

  /** Ends all sessions with what they run. Does not wait for their ends. */
  public void shutDownNow() {
    sessions.open().forEach(session -> session.end(Ending.shuttingDown(), Moment.NOW));
  }

  /** Uses a credential for the sessions that are opened from now on. */
  public void use(Credential newest) {
    credential = newest;
  }

  /** Has something done when the server refuses the credential. */
  public void onCredentialRefused(Runnable action) {
    credentialRefused = action;
  }

  /** The credential of now; null: none yet. */
  public @Nullable Credential credential() {
    return credential;
  }

  /** The terms of now; null: none yet. */
  public @Nullable Terms terms() {
    return terms;
  }

  /** The bundle of now; null: none yet. */
  public @Nullable Bundle bundle() {
    Terms now = terms;
    return now == null ? null : now.bundle();
  }

  /**
   * Tells why there is no bundle or credential, for those who connect in the meantime.
   *
   * @param reason a sentence for a person
   */
  public void unavailable(String reason) {
    unavailable = reason;
  }

  /** The numbers of its tables, as far as they are known. */
  Origins origins() {
    return origins;
  }

  /** The numbers of its tables are these now. */
  void found(Origins known) {
    if (!known.isSame(origins)) {
      origins = known;
    }
  }

  /** Whether a credential was refused by the server. */
  public boolean isRefused(Credential used) {
    return used.equals(refused);
  }

  /** Whether sessions can be opened, or refused with a reason that the control plane told. */
  public boolean isReady() {
    Terms now = terms;
    return now != null && (!now.inForce() || credential != null);
  }

  @Nullable ServerConnector connector() {
    return connector;
  }

  /** The server refused a credential, which may have ended. */
  void credentialRefused(Credential used) {
    refused = used;
    credentialRefused.run();
  }

  /** Why there is no bundle or credential; empty: it is not known. */
  String unavailable() {
    return unavailable;
  }

  SecureRandom random() {
    return random;
  }
}

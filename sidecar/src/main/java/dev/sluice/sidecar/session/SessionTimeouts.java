package dev.sluice.sidecar.session;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.Limits;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.statement.Terms;
import org.jspecify.annotations.Nullable;

/**
 * Ends what takes too long in a session: statements and idleness, by the limits of the grant and of
 * rules, and clients that do not take or read their end. Within the loop only.
 */
final class SessionTimeouts {
  /**
   * For how long a client whose session has ended is listened to. A connection that is closed while
   * its client writes is reset, and many clients then do not read why it ended.
   */
  private static final int PATIENCE_SECONDS = 30;

  private final Session session;
  private final Pipeline pipeline;
  private long lastActive = System.nanoTime();

  /** What the client reads in place of the error of what was cancelled last; null: its own. */
  private @Nullable ServerMessage timeout;

  SessionTimeouts(Session session) {
    this.session = session;
    this.pipeline = session.pipeline();
  }

  /** The server is ready for the next statement. */
  void ready() {
    lastActive = System.nanoTime();
    timeout = null;
  }

  /** What the client reads where what runs was cancelled; null: the server's own words. */
  @Nullable ServerMessage timeout() {
    return timeout;
  }

  /** Ends what has taken too long, and what the grant's end missed. */
  void keepWithin(Bundle.SessionLimits limits, Relay relayed, long now) {
    Pipeline.Running running = pipeline.running();
    Terms terms = session.terms();
    if (session.endedAt() == 0
        && session.ending() == null
        && terms.bundle().state() == Bundle.State.REVOKED) {
      session.end(
          Ending.revoked(terms.bundle()),
          terms.bundle().revocation() == Bundle.Revocation.TERMINATE
              ? Moment.NOW
              : Moment.AFTER_STATEMENT);
    }
    Ending reason = session.ending();
    if (session.endedAt() != 0) {
      if (seconds(now - session.endedAt()) >= PATIENCE_SECONDS) {
        relayed.closeClient();
      }
    } else if (reason != null) {
      long blocked = relayed.blockedSince();
      if (blocked != 0 && seconds(now - blocked) >= PATIENCE_SECONDS) {
        session.end(reason, Moment.NOW);
      }
      session.obey();
    } else if (running == null) {
      long idle = limits.idleTimeoutSeconds();
      if (idle > 0 && !session.isInTransaction() && seconds(now - lastActive) >= idle) {
        session.end(Ending.idle(terms.bundle()), Moment.AFTER_TRANSACTION);
      }
    } else {
      keepWithin(limits.statementTimeoutSeconds(), running, now);
    }
    relayed.keepWithin(now);
  }

  /** Has what runs cancelled where it is beyond its time, by the grant or by a rule. */
  private void keepWithin(long grantSeconds, Pipeline.Running running, long now) {
    if (running.operation().cut != null) {
      // Once more, where the request to cancel was not brought.
      session.cancelRunning();
    }
    long ran = now - running.since();
    Limits.Limit byRule = running.operation().limits.timeMillis();
    if (byRule != null
        && ran > byRule.most() * 1_000_000L
        && (grantSeconds == 0 || byRule.most() <= grantSeconds * 1000)) {
      Excess late = Excess.ofTime(byRule);
      running.operation().late = late;
      // Where another one is met by the cancel, by then.
      timeout = late.answer();
      session.cancelRunning();
    } else if (grantSeconds > 0 && seconds(ran) > grantSeconds) {
      timeout = Ending.timedOut(grantSeconds);
      session.cancelRunning();
    }
  }

  private static long seconds(long nanoseconds) {
    return nanoseconds / 1_000_000_000L;
  }
}

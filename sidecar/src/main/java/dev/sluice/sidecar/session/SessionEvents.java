package dev.sluice.sidecar.session;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.Event.Outcome;
import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.spool.Spool;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of a session's beginning and end. Those of its statements are made elsewhere. */
final class SessionEvents {
  private final Spool spool;
  private final Clock clock;

  SessionEvents(Spool spool, Clock clock) {
    this.spool = spool;
    this.clock = clock;
  }

  /** A session was opened; its event is written. */
  void opened(Draft.Subject subject) {
    spool.append(List.of(draft(Event.Type.SESSION_OPENED, subject, clock, Outcome.ALLOWED, null)));
  }

  /** A session was not opened; its event is written. */
  void refused(Draft.Subject subject, Ending reason) {
    spool.append(
        List.of(draft(Event.Type.SESSION_REFUSED, subject, clock, Outcome.DENIED, reason)));
  }

  /** The event of a session's end. */
  Draft closing(Draft.Subject subject, @Nullable Ending reason) {
    return draft(Event.Type.SESSION_CLOSED, subject, clock, Outcome.ALLOWED, reason);
  }

  /** A session has ended before it was relayed; its event is written without waiting for it. */
  void closed(Draft.Subject subject, @Nullable Ending reason) {
    spool.appendAtOnce(List.of(closing(subject, reason)));
  }

  /** The events of the statements of a session. */
  StatementEvents ofStatements(Session session) {
    return new StatementEvents(session, clock);
  }

  /** The event of a client that did not come as far as a session. */
  static Draft refused(Bundle bundle, Clock clock, Ending reason) {
    Draft.Subject nobody =
        new Draft.Subject(bundle.access(), bundle.database(), bundle.purpose(), "", 0, "");
    return draft(Event.Type.SESSION_REFUSED, nobody, clock, Outcome.DENIED, reason);
  }

  private static Draft draft(
      Event.Type type,
      Draft.Subject subject,
      Clock clock,
      Outcome outcome,
      @Nullable Ending reason) {
    return new Draft(
        Instant.now(clock).truncatedTo(ChronoUnit.MICROS),
        type,
        subject,
        null,
        -1,
        -1,
        outcome,
        null,
        reason == null ? null : reason.answer().message(),
        reason == null ? null : reason.code().code(),
        reason == null ? null : reason.answer().sqlState());
  }
}

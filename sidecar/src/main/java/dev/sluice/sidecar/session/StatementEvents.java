package dev.sluice.sidecar.session;

import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.Event.Outcome;
import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.policy.statement.Tags;
import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.statement.Evidence;
import dev.sluice.sidecar.statement.Verdict;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the events of a session's statements until they are to be written. */
final class StatementEvents {
  private final Session session;
  private final Clock clock;
  private final List<Draft> drafts = new ArrayList<>();

  StatementEvents(Session session, Clock clock) {
    this.session = session;
    this.clock = clock;
  }

  /**
   * A statement ran.
   *
   * @param operation the message that it came with
   * @param verdict the verdict on the message; null: it is not known what ran
   * @param index which statement of the message it is
   * @param rows rows returned or changed; -1: not known
   */
  void done(Operation operation, @Nullable Verdict verdict, int index, long rows) {
    Finding finding = null;
    if (verdict != null && verdict.decision() instanceof Allow(var warnings, var observed, var _)) {
      finding = !warnings.isEmpty() ? warnings.getFirst() : first(observed);
    }
    add(
        operation,
        verdict,
        evidence(verdict, index),
        rows,
        outcome(verdict),
        finding,
        finding == null ? null : finding.reason(),
        null);
  }

  /** A message was refused, with all its statements. */
  void denied(Operation operation, Refusal refusal) {
    Verdict verdict = operation.verdict;
    int statements = verdict == null ? 1 : Math.max(1, verdict.evidence().size());
    for (int index = 0; index < statements; index++) {
      add(
          operation,
          verdict,
          evidence(verdict, index),
          -1,
          Outcome.DENIED,
          refusal.finding(),
          refusal.finding().reason(),
          refusal.answer().sqlState());
    }
  }

  /** The server answered with an error. */
  void failed(Operation operation, String sqlState) {
    if (operation.own || (operation.verdict == null && operation.kind != Operation.Kind.EXECUTE)) {
      return;
    }
    add(
        operation,
        operation.verdict,
        evidence(operation.verdict, operation.done),
        -1,
        Outcome.FAILED,
        null,
        null,
        sqlState);
  }

  /** A statement went beyond a limit. */
  void stopped(Operation operation, Excess excess, long rows) {
    add(
        operation,
        operation.verdict,
        evidence(operation.verdict, operation.done),
        rows,
        Outcome.FAILED,
        excess.finding(),
        excess.finding().reason(),
        excess.answer().sqlState());
  }

  /** The server went away before it answered. */
  void lost(Operation operation) {
    if (operation.own || operation.verdict == null) {
      return;
    }
    add(
        operation,
        operation.verdict,
        evidence(operation.verdict, operation.done),
        -1,
        Outcome.FAILED,
        null,
        "the connection to the server ended before the answer: the statement may have run",
        "08006");
  }

  /** Takes what was collected. */
  List<Draft> take() {
    if (drafts.isEmpty()) {
      return List.of();
    }
    List<Draft> taken = List.copyOf(drafts);
    drafts.clear();
    return taken;
  }

  /** Only a text that was understood has tags: of another one nobody knows what is a comment. */
  private void add(
      Operation operation,
      @Nullable Verdict verdict,
      @Nullable Evidence evidence,
      long rows,
      Outcome outcome,
      @Nullable Finding finding,
      @Nullable String reason,
      @Nullable String sqlState) {
    long micros = operation.received == 0 ? -1 : (System.nanoTime() - operation.received) / 1000;
    drafts.add(
        new Draft(
            now(),
            Event.Type.STATEMENT,
            session.subject(),
            evidence,
            rows,
            micros,
            outcome,
            finding == null ? null : finding.rule(),
            reason,
            finding == null ? null : finding.code(),
            sqlState,
            outcome == Outcome.DENIED ? null : operation.takeBytes(),
            evidence == null || evidence.fingerprint() == null || verdict == null
                ? Tags.NONE
                : verdict.tags(),
            outcome == Outcome.DENIED ? null : operation.takeBytesReceived(),
            operation.parameters,
            null,
            null,
            operation.takeDetected()));
  }

  /** To the microsecond. */
  private Instant now() {
    Instant now = clock.instant();
    return Instant.ofEpochSecond(now.getEpochSecond(), now.getNano() / 1000 * 1000L);
  }

  private static @Nullable Evidence evidence(@Nullable Verdict verdict, int index) {
    if (verdict == null || verdict.evidence().isEmpty()) {
      return null;
    }
    if (index < verdict.evidence().size()) {
      return verdict.evidence().get(index);
    }
    // Nobody knows how many statements a text has that was not understood.
    return verdict.kinds().contains(StatementKind.UNKNOWN) ? verdict.evidence().getLast() : null;
  }

  private static @Nullable Finding first(List<Finding> findings) {
    return findings.isEmpty() ? null : findings.getFirst();
  }

  /** The outcome of a statement that ran. */
  private static Outcome outcome(@Nullable Verdict verdict) {
    return verdict != null
            && verdict.decision() instanceof Allow(var warnings, var observed, var _)
            && !(warnings.isEmpty() && observed.isEmpty())
        ? Outcome.WARNED
        : Outcome.ALLOWED;
  }
}

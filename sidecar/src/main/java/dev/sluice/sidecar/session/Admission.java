package dev.sluice.sidecar.session;

import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Deny;
import dev.sluice.policy.statement.Decision.Estimate;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.policy.statement.Limits;
import dev.sluice.sidecar.statement.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the operations of a session run, within their limits, or makes their refusals. Each refusal
 * has a marker of its own, by which its error is known when the server reports it.
 */
final class Admission {
  private final Session session;
  private final Grant grant;
  private final String markerPrefix;
  private long markers;

  Admission(Session session, Grant grant) {
    this.session = session;
    this.grant = grant;
    this.markerPrefix = "sluice_refused_%08x_".formatted(grant.random().nextInt());
  }

  /** The refusal of what may not run, or not now; null: it runs, within its limits. */
  @Nullable Refusal admit(Operation operation, Verdict verdict) {
    return switch (verdict.decision()) {
      case Deny(Finding finding) -> refusal(finding);
      case Allow(var _, var _, Limits limits) -> admit(operation, limits);
      case Estimate _ -> throw new IllegalStateException("it was to be asked before");
    };
  }

  /**
   * Has an operation run within limits until it is over.
   *
   * @return the refusal, where as many of its kind run already as may; null: it may
   */
  private @Nullable Refusal admit(Operation operation, Limits limits) {
    operation.limits = limits;
    if (limits.concurrentStatements().isEmpty()) {
      return null;
    }
    List<String> entered = new ArrayList<>(1);
    operation.onLeave(() -> entered.forEach(rule -> grant.running().leave(rule, session)));
    for (Limits.Limit limit : limits.concurrentStatements()) {
      String rule = limit.finding().rule();
      if (!grant.running().enter(rule, session, limit.most())) {
        operation.leave();
        return Refusal.tooMany(marker(), limit);
      }
      entered.add(rule);
    }
    return null;
  }

  /** The refusal of what is not allowed; null: it is. */
  @Nullable Refusal denied(Verdict verdict) {
    return verdict.decision() instanceof Deny(Finding finding) ? refusal(finding) : null;
  }

  private Refusal refusal(Finding finding) {
    return Refusal.of(marker(), finding);
  }

  /** The refusal of one more prepared statement or portal, where there are too many. */
  Refusal fullness() {
    return Refusal.full(marker());
  }

  /** The refusal of a prepared statement that would return other columns now. */
  Refusal staleness() {
    return Refusal.stale(marker());
  }

  /** A text that fails. */
  String failure() {
    return marker();
  }

  private String marker() {
    markers++;
    return markerPrefix + markers;
  }
}

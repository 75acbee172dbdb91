package dev.sluice.policy.statement;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Deny;
import dev.sluice.policy.statement.Decision.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The one function that decides about statements. */
public final class StatementDecisions {
  private static final Comparator<Match> STRICTEST_FIRST =
      Comparator.comparing((Match match) -> match.rule().outcome()).reversed();

  private StatementDecisions() {}

  /** A rule that matched, and why. */
  private record Match(Bundle.Rule rule, Code code, String reason) {}

  /**
   * Decides about a message: built-in rules first, then those of the bundle. The strictest outcome
   * of any rule for any statement holds for the whole message; of rules with that outcome the first
   * one is named. A plain bundle has no rules at all.
   *
   * @param statements the facts of the message's statements; none: an empty message, which may run
   * @param bundle the grant
   * @return what becomes of the message
   */
  public static Decision decide(List<StatementFacts> statements, Bundle bundle) {
    if (bundle.plain()) {
      return Allow.SILENT;
    }
    Optional<Finding> denial = BuiltInRule.denial(statements, bundle);
    if (denial.isPresent()) {
      return new Deny(denial.get());
    }
    List<Match> acting = new ArrayList<>();
    List<Match> observing = new ArrayList<>();
    for (Bundle.Rule rule : bundle.rules()) {
      match(statements, rule).ifPresent((rule.observe() ? observing : acting)::add);
    }
    if (acting.isEmpty() && observing.isEmpty()) {
      return Allow.SILENT;
    }
    // The sort is stable: rules with the same outcome stay in their order.
    acting.sort(STRICTEST_FIRST);
    observing.sort(STRICTEST_FIRST);
    if (!acting.isEmpty()) {
      Match strictest = acting.getFirst();
      switch (strictest.rule().outcome()) {
        case DENY, REQUIRE_APPROVAL -> {
          return new Deny(acted(strictest));
        }
        case WARN -> {}
      }
    }
    return new Allow(
        acting.stream().map(StatementDecisions::acted).toList(),
        observing.stream().map(StatementDecisions::observed).toList());
  }

  private static Optional<Match> match(List<StatementFacts> statements, Bundle.Rule rule) {
    Optional<ReadyRule> ready = ReadyRule.named(rule.ready());
    if (ready.isEmpty()) {
      return Optional.of(
          new Match(
              rule,
              Code.UNKNOWN_RULE,
              "this gate does not know the rule \"%s\"".formatted(rule.ready())));
    }
    return statements.stream()
        .flatMap(facts -> ready.get().violation(facts).stream())
        .findFirst()
        .map(reason -> new Match(rule, ready.get().code(), reason));
  }

  private static Finding acted(Match match) {
    return switch (match.rule().outcome()) {
      case WARN, DENY -> finding(match, match.code(), match.reason());
      case REQUIRE_APPROVAL ->
          finding(match, Code.APPROVAL_REQUIRED, match.reason() + ", which needs an approval");
    };
  }

  /** What the rule would have done, for the event. */
  private static Finding observed(Match match) {
    String outcome =
        switch (match.rule().outcome()) {
          case WARN -> "would be warned of";
          case REQUIRE_APPROVAL -> "would need an approval";
          case DENY -> "would be refused";
        };
    return finding(match, match.code(), outcome + ": " + match.reason());
  }

  private static Finding finding(Match match, Code code, String reason) {
    String message = match.rule().message();
    return new Finding(
        code.code(), match.rule().name(), reason, message.isEmpty() ? code.remedy() : message);
  }
}

package dev.sluice.policy.statement;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Deny;
import dev.sluice.policy.statement.Decision.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The one function that decides about statements. */
public final class StatementDecisions {

  private StatementDecisions() {}

  /**
   * Decides about a message: built-in rules first, then those of the bundle. The strictest outcome
   * of any rule for any statement holds for the whole message. A plain bundle has no rules at all.
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
    List<Finding> warnings = new ArrayList<>();
    List<Finding> observed = new ArrayList<>();
    for (Bundle.Rule rule : bundle.rules()) {
      Optional<Finding> match = match(statements, rule);
      if (match.isEmpty()) {
        continue;
      }
      if (rule.observe()) {
        observed.add(match.get());
        continue;
      }
      switch (rule.outcome()) {
        case DENY -> {
          return new Deny(match.get());
        }
        case WARN -> warnings.add(match.get());
      }
    }
    return warnings.isEmpty() && observed.isEmpty() ? Allow.SILENT : new Allow(warnings, observed);
  }

  private static Optional<Finding> match(List<StatementFacts> statements, Bundle.Rule rule) {
    Optional<ReadyRule> ready = ReadyRule.named(rule.ready());
    if (ready.isEmpty()) {
      return Optional.of(
          finding(
              Code.UNKNOWN_RULE,
              rule,
              "this gate does not know the rule \"%s\"".formatted(rule.ready())));
    }
    return statements.stream()
        .flatMap(facts -> ready.get().violation(facts).stream())
        .findFirst()
        .map(reason -> finding(ready.get().code(), rule, reason));
  }

  private static Finding finding(Code code, Bundle.Rule rule, String reason) {
    String remedy = rule.message().isEmpty() ? code.remedy() : rule.message();
    return new Finding(code.code(), rule.name(), reason, remedy);
  }
}

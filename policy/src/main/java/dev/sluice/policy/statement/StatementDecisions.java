package dev.sluice.policy.statement;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.expression.Expressions;
import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Deny;
import dev.sluice.policy.statement.Decision.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
   * one is named. A rule that allows a statement takes it out of the later rules of its own policy,
   * and of nothing else. A plain bundle has no rules at all.
   *
   * @param statements the facts of the message's statements; none: an empty message, which may run
   * @param bundle the grant
   * @param circumstances what else it depends on
   * @return what becomes of the message
   */
  public static Decision decide(
      List<StatementFacts> statements, Bundle bundle, Circumstances circumstances) {
    if (bundle.plain()) {
      return Allow.SILENT;
    }
    Optional<Finding> denial = BuiltInRule.denial(statements, bundle);
    if (denial.isPresent()) {
      return new Deny(denial.get());
    }
    List<Match> acting = new ArrayList<>();
    List<Match> observing = new ArrayList<>();
    for (Match match : matches(statements, bundle, circumstances)) {
      (match.rule().observe() ? observing : acting).add(match);
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
        case ALLOW, WARN -> {}
      }
    }
    return new Allow(
        acting.stream().map(StatementDecisions::acted).toList(),
        observing.stream().map(StatementDecisions::observed).toList());
  }

  /**
   * Whether a decision about the same statements may be another one in other circumstances.
   *
   * @param bundle the grant
   */
  public static boolean varies(Bundle bundle) {
    return bundle.rules().stream()
        .map(Bundle.Rule::when)
        .anyMatch(when -> when != null && Expressions.anyMatch(when, RuleCondition::varies));
  }

  /** What matched, in the order of the rules; of several statements, for the first. */
  private static List<Match> matches(
      List<StatementFacts> statements, Bundle bundle, Circumstances circumstances) {
    List<Bundle.Rule> rules = bundle.rules();
    @Nullable Match[] matches = new Match[rules.size()];
    for (StatementFacts facts : statements) {
      RuleSubject subject = new RuleSubject(facts, bundle, circumstances);
      Set<String> lifted = new HashSet<>();
      for (int index = 0; index < matches.length; index++) {
        Bundle.Rule rule = rules.get(index);
        boolean allows = rule.outcome() == RuleOutcome.ALLOW;
        if ((matches[index] == null || allows) && !lifted.contains(rule.policy())) {
          Match match = match(subject, rule);
          if (match != null && allows) {
            lifted.add(rule.policy());
          } else {
            matches[index] = match;
          }
        }
      }
    }
    List<Match> found = new ArrayList<>();
    for (@Nullable Match match : matches) {
      if (match != null) {
        found.add(match);
      }
    }
    return found;
  }

  private static @Nullable Match match(RuleSubject subject, Bundle.Rule rule) {
    if (rule.when() != null) {
      return switch (RuleCondition.of(rule.when(), subject)) {
        case RuleCondition.Holds _ ->
            new Match(
                rule,
                Code.RULE,
                "%s matches the rule %s"
                    .formatted(BuiltInRule.named(subject.facts()), rule.name()));
        case RuleCondition.DoesNotHold _ -> null;
        case RuleCondition.Unknown(String why) ->
            // What cannot be told is not allowed.
            rule.outcome() == RuleOutcome.ALLOW
                ? null
                : new Match(
                    rule,
                    Code.RULE_NOT_EVALUATED,
                    "the rule %s could not be evaluated, which counts as a match: %s"
                        .formatted(rule.name(), why));
      };
    }
    Optional<ReadyRule> ready = ReadyRule.named(rule.ready());
    if (ready.isEmpty()) {
      return new Match(
          rule,
          Code.UNKNOWN_RULE,
          "this gate does not know the rule \"%s\"".formatted(rule.ready()));
    }
    return ready
        .get()
        .violation(subject.facts())
        .map(reason -> new Match(rule, ready.get().code(), reason))
        .orElse(null);
  }

  private static Finding acted(Match match) {
    return switch (match.rule().outcome()) {
      case ALLOW, WARN, DENY -> finding(match, match.code(), match.reason());
      case REQUIRE_APPROVAL ->
          finding(match, Code.APPROVAL_REQUIRED, match.reason() + ", which needs an approval");
    };
  }

  /** What the rule would have done, for the event. */
  private static Finding observed(Match match) {
    String outcome =
        switch (match.rule().outcome()) {
          case ALLOW -> "would be allowed";
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

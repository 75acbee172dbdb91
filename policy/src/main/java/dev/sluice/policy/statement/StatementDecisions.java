package dev.sluice.policy.statement;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.bundle.RuleLimit;
import dev.sluice.policy.expression.Expressions;
import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Deny;
import dev.sluice.policy.statement.Decision.Finding;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The one function that decides about statements. */
public final class StatementDecisions {
  private static final Comparator<Match> STRICTEST_FIRST =
      (one, other) -> other.rule().outcome().compareTo(one.rule().outcome());

  private StatementDecisions() {}

  /** A rule that matched, and why. */
  private record Match(Bundle.Rule rule, Code code, String reason) {}

  /**
   * Decides about a message: built-in rules first, then those of the bundle. The strictest outcome
   * of any rule for any statement holds for the whole message; of rules with that outcome the first
   * one is named. What runs runs within the limits of all rules that limit. A rule that allows a
   * statement takes it out of the later rules of its own policy, and of nothing else. A plain
   * bundle has no rules at all.
   *
   * @param statements the facts of the message's statements; none: an empty message, which may run
   * @param bundle the grant
   * @param circumstances what else it depends on
   * @return what becomes of the message
   */
  public static Decision decide(
      List<StatementFacts> statements, Bundle bundle, Circumstances circumstances) {
    return decide(statements, bundle, circumstances, null);
  }

  /**
   * Decides about a message of whose statements it was asked how many rows they would touch.
   *
   * @param statements the facts of the message's statements
   * @param bundle the grant
   * @param circumstances what else it depends on
   * @param estimates what was found out; null: it was not asked yet
   * @return what becomes of the message; {@link Decision.Estimate} only where it was not asked yet
   */
  public static Decision decide(
      List<StatementFacts> statements,
      Bundle bundle,
      Circumstances circumstances,
      @Nullable Estimates estimates) {
    if (bundle.plain()) {
      return Allow.SILENT;
    }
    Optional<Finding> denial = BuiltInRule.denial(statements, bundle);
    if (denial.isPresent()) {
      return new Deny(denial.get());
    }
    List<Match> acting = new ArrayList<>();
    List<Match> observing = new ArrayList<>();
    Set<Integer> wanted = new TreeSet<>();
    for (Match match : matches(statements, bundle, circumstances, estimates, wanted)) {
      (match.rule().observe() ? observing : acting).add(match);
    }
    if (!wanted.isEmpty()
        && acting.stream().noneMatch(match -> match.rule().outcome() == RuleOutcome.DENY)) {
      return new Decision.Estimate(List.copyOf(wanted));
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
        case ALLOW, WARN, LIMIT -> {}
      }
    }
    return new Allow(
        acting.stream()
            .filter(match -> match.rule().outcome() == RuleOutcome.WARN)
            .map(StatementDecisions::acted)
            .toList(),
        observing.stream().map(StatementDecisions::observed).toList(),
        limits(acting));
  }

  private static Limits limits(List<Match> acting) {
    Limits.Limit rows = null;
    Limits.Limit time = null;
    List<Limits.Limit> concurrent = new ArrayList<>(0);
    for (Match match : acting) {
      RuleLimit limit = match.rule().limit();
      if (limit == null || match.rule().outcome() != RuleOutcome.LIMIT) {
        continue;
      }
      if (limit.rows() != null) {
        rows = smaller(rows, limit(match, limit.rows(), Code.ROW_LIMIT, "more than %s rows"));
      }
      if (limit.timeMillis() != null) {
        time = smaller(time, limit(match, limit.timeMillis(), Code.TIME_LIMIT, "longer than %s"));
      }
      if (limit.concurrentStatements() != null) {
        concurrent.add(
            limit(
                match,
                limit.concurrentStatements(),
                Code.CONCURRENCY_LIMIT,
                "more than %s at one time"));
      }
    }
    return rows == null && time == null && concurrent.isEmpty()
        ? Limits.NONE
        : new Limits(rows, time, concurrent);
  }

  private static Limits.Limit limit(Match match, long most, Code code, String words) {
    String amount =
        code == Code.TIME_LIMIT
            ? new BigDecimal(BigInteger.valueOf(most), 3).stripTrailingZeros().toPlainString()
                + " s"
            : String.valueOf(most);
    return new Limits.Limit(
        most, finding(match, code, words.formatted(amount) + ": " + match.reason()));
  }

  /** The smaller one; of two that are equal the one of the rule that comes first. */
  private static Limits.Limit smaller(Limits.@Nullable Limit one, Limits.Limit other) {
    return one == null || other.most() < one.most() ? other : one;
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

  /**
   * Whether decisions may depend on how many rows the server expects statements to touch.
   *
   * @param bundle the grant
   */
  public static boolean estimates(Bundle bundle) {
    return bundle.rules().stream().anyMatch(StatementDecisions::estimates);
  }

  private static boolean estimates(Bundle.Rule rule) {
    return rule.when() == null && ReadyRule.BLAST_RADIUS.use().equals(rule.ready());
  }

  /**
   * What matched, in the order of the rules; of several statements, for the first.
   *
   * @param wanted is given the statements that would have to be estimated
   */
  private static List<Match> matches(
      List<StatementFacts> statements,
      Bundle bundle,
      Circumstances circumstances,
      @Nullable Estimates estimates,
      Set<Integer> wanted) {
    List<Bundle.Rule> rules = bundle.rules();
    @Nullable Match[] matches = new Match[rules.size()];
    for (int place = 0; place < statements.size(); place++) {
      StatementFacts facts = statements.get(place);
      RuleSubject subject = new RuleSubject(facts, bundle, circumstances);
      Set<String> lifted = new HashSet<>();
      for (int index = 0; index < matches.length; index++) {
        Bundle.Rule rule = rules.get(index);
        boolean allows = rule.outcome() == RuleOutcome.ALLOW;
        if ((matches[index] == null || allows) && !lifted.contains(rule.policy())) {
          Match match =
              estimates(rule)
                  ? touched(facts, rule, place, estimates, wanted)
                  : match(subject, rule);
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

  /** Whether a statement touches more rows than it may, or nobody knows how many. */
  private static @Nullable Match touched(
      StatementFacts facts,
      Bundle.Rule rule,
      int place,
      @Nullable Estimates estimates,
      Set<Integer> wanted) {
    Optional<String> concerned = ReadyRule.BLAST_RADIUS.violation(facts);
    if (concerned.isEmpty()) {
      return null;
    }
    if (estimates == null) {
      wanted.add(place);
      return null;
    }
    Long rows = estimates.rows().get(place);
    if (rows == null) {
      return new Match(
          rule,
          Code.BLAST_RADIUS_UNKNOWN,
          concerned.get() + ", and how many could not be estimated");
    }
    long most = rule.limit() == null || rule.limit().rows() == null ? 0 : rule.limit().rows();
    return rows <= most
        ? null
        : new Match(
            rule,
            Code.BLAST_RADIUS,
            "%s, about %d by the server's estimate, which is more than %d"
                .formatted(concerned.get(), rows, most));
  }

  private static Finding acted(Match match) {
    return switch (match.rule().outcome()) {
      case ALLOW, WARN, LIMIT, DENY -> finding(match, match.code(), match.reason());
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
          case LIMIT -> "would be limited";
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

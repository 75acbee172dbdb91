package dev.sluice.policy.plan;

import dev.sluice.crds.GuardrailPolicySpec;
import dev.sluice.policy.bundle.Bundle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** From GuardrailPolicies to the statement rules of a bundle. */
final class Guardrails {
  private Guardrails() {}

  /** The rules of those that are for this database, by policy name and then by place. */
  static List<Bundle.Rule> rules(
      List<Named<GuardrailPolicySpec>> policies,
      DatabaseIdentity database,
      List<PlanProblem> problems) {
    List<Bundle.Rule> rules = new ArrayList<>();
    policies.stream()
        .sorted(Comparator.comparing(Named::name))
        .filter(policy -> applies(policy, database, problems))
        .forEach(policy -> policy.spec().rules().forEach(rule -> rules.add(rule(policy, rule))));
    return rules;
  }

  private static boolean applies(
      Named<GuardrailPolicySpec> policy, DatabaseIdentity database, List<PlanProblem> problems) {
    try {
      return policy.spec().databases() == null
          || Selectors.selects(policy.spec().databases(), database.labels());
    } catch (IllegalArgumentException e) {
      problems.add(
          new PlanProblem(
              PlanProblem.Kind.GuardrailPolicy,
              "",
              policy.name(),
              "spec.databases",
              "InvalidSelector",
              String.valueOf(e.getMessage()),
              "Correct the selector: until then the policy applies to every Database"));
      return true;
    }
  }

  private static Bundle.Rule rule(
      Named<GuardrailPolicySpec> policy, GuardrailPolicySpec.Rule rule) {
    String ready = rule.use().name().toLowerCase(Locale.ROOT).replace('_', '-');
    Bundle.RuleOutcome outcome =
        switch (Objects.requireNonNullElse(rule.outcome(), GuardrailPolicySpec.Outcome.Deny)) {
          case Warn -> Bundle.RuleOutcome.WARN;
          case RequireApproval -> Bundle.RuleOutcome.REQUIRE_APPROVAL;
          case Deny -> Bundle.RuleOutcome.DENY;
        };
    return new Bundle.Rule(
        policy.name() + "/" + ready,
        ready,
        outcome,
        policy.spec().mode() == GuardrailPolicySpec.Mode.Observe,
        Objects.requireNonNullElse(rule.message(), ""));
  }
}

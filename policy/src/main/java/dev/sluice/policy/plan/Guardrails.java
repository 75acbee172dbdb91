package dev.sluice.policy.plan;

import dev.sluice.crds.Durations;
import dev.sluice.crds.GuardrailPolicySpec;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.RuleLimit;
import dev.sluice.policy.expression.Expression;
import dev.sluice.policy.expression.Expressions;
import dev.sluice.policy.plan.ConditionCompiler.ConditionException;
import dev.sluice.policy.statement.RuleVariable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** From GuardrailPolicies to the statement rules of a bundle. */
public final class Guardrails {
  private Guardrails() {}

  /**
   * Reads the conditions of a policy.
   *
   * @param policy the policy
   * @param compiler reads one
   * @return its rules, with what is wrong with them
   */
  public static CompiledGuardrails compile(
      Named<GuardrailPolicySpec> policy, ConditionCompiler compiler) {
    List<Bundle.Rule> rules = new ArrayList<>();
    List<PlanProblem> problems = new ArrayList<>();
    for (int index = 0; index < policy.spec().rules().size(); index++) {
      rules.add(rule(policy, index, compiler, problems));
    }
    return new CompiledGuardrails(policy.name(), policy.spec().databases(), rules, problems);
  }

  /** The rules of those that are for this database, by policy name and then by place. */
  static List<Bundle.Rule> rules(
      List<CompiledGuardrails> policies,
      DatabaseIdentity database,
      Map<String, String> namespaceLabels,
      List<PlanProblem> problems) {
    List<Bundle.Rule> rules = new ArrayList<>();
    policies.stream()
        .sorted(Comparator.comparing(CompiledGuardrails::name))
        .filter(policy -> applies(policy, database, problems))
        .forEach(
            policy -> {
              problems.addAll(policy.problems());
              policy.rules().forEach(rule -> rules.add(placed(rule, database, namespaceLabels)));
            });
    return rules;
  }

  private static boolean applies(
      CompiledGuardrails policy, DatabaseIdentity database, List<PlanProblem> problems) {
    try {
      return policy.databases() == null || Selectors.selects(policy.databases(), database.labels());
    } catch (IllegalArgumentException e) {
      problems.add(
          problem(
              policy.name(),
              "spec.databases",
              "InvalidSelector",
              String.valueOf(e.getMessage()),
              "Correct the selector: until then the policy applies to every Database"));
      return true;
    }
  }

  private static Bundle.Rule rule(
      Named<GuardrailPolicySpec> policy,
      int index,
      ConditionCompiler compiler,
      List<PlanProblem> problems) {
    GuardrailPolicySpec.Rule rule = policy.spec().rules().get(index);
    String field = "spec.rules[%d]".formatted(index);
    String ready =
        rule.use() == null ? "" : rule.use().name().toLowerCase(Locale.ROOT).replace('_', '-');
    Bundle.RuleOutcome outcome = outcome(rule);
    RuleLimit limit = null;
    if (outcome == Bundle.RuleOutcome.LIMIT
        || rule.use() == GuardrailPolicySpec.ReadyRule.BLAST_RADIUS) {
      limit = limit(policy.name(), rule, field, problems);
      outcome = limit == null ? Bundle.RuleOutcome.DENY : outcome;
    }
    return new Bundle.Rule(
        policy.name() + "/" + (ready.isEmpty() ? named(rule, index) : ready),
        ready,
        outcome,
        policy.spec().mode() == GuardrailPolicySpec.Mode.Observe,
        Objects.requireNonNullElse(rule.message(), ""),
        ready.isEmpty() ? condition(policy.name(), rule, field, compiler, problems) : null,
        limit);
  }

  private static String named(GuardrailPolicySpec.Rule rule, int index) {
    return rule.name() == null ? "rule-%d".formatted(index + 1) : rule.name();
  }

  private static Bundle.RuleOutcome outcome(GuardrailPolicySpec.Rule rule) {
    return switch (Objects.requireNonNullElse(rule.outcome(), GuardrailPolicySpec.Outcome.Deny)) {
      case Allow -> Bundle.RuleOutcome.ALLOW;
      case Warn -> Bundle.RuleOutcome.WARN;
      case RequireApproval -> Bundle.RuleOutcome.REQUIRE_APPROVAL;
      case Deny -> Bundle.RuleOutcome.DENY;
      case Limit -> Bundle.RuleOutcome.LIMIT;
    };
  }

  /** The limits of a rule; null: they cannot be read, so that what it matches is refused. */
  private static @Nullable RuleLimit limit(
      String policy, GuardrailPolicySpec.Rule rule, String field, List<PlanProblem> problems) {
    GuardrailPolicySpec.Limit limit = rule.limit();
    if (limit == null
        || (limit.rows() == null && limit.time() == null && limit.concurrentStatements() == null)) {
      problems.add(
          problem(
              policy,
              field + ".limit",
              "LimitMissing",
              "there is no limit",
              "Write limit with rows, time or concurrentStatements: until then it refuses"));
      return null;
    }
    String time = limit.time();
    try {
      return new RuleLimit(
          limit.rows(),
          time == null ? null : Durations.parse(time).toMillis(),
          limit.concurrentStatements());
    } catch (IllegalArgumentException e) {
      problems.add(
          problem(
              policy,
              field + ".limit.time",
              "InvalidDuration",
              String.valueOf(e.getMessage()),
              "Write a duration such as 30s: until then the rule refuses"));
      return null;
    }
  }

  private static Expression condition(
      String policy,
      GuardrailPolicySpec.Rule rule,
      String field,
      ConditionCompiler compiler,
      List<PlanProblem> problems) {
    String when = rule.when();
    try {
      if (when == null) {
        throw new ConditionException("there is neither use nor when");
      }
      return compiler.compile(when);
    } catch (ConditionException wrong) {
      String message = String.valueOf(wrong.getMessage());
      problems.add(
          problem(policy, field + ".when", "ConditionInvalid", message, "Correct the condition"));
      return new Expression.Unusable(message);
    }
  }

  /** The rule with the labels that its condition asks for. */
  private static Bundle.Rule placed(
      Bundle.Rule rule, DatabaseIdentity database, Map<String, String> namespaceLabels) {
    @Nullable Expression when = rule.when();
    if (when == null) {
      return rule;
    }
    return new Bundle.Rule(
        rule.name(),
        rule.ready(),
        rule.outcome(),
        rule.observe(),
        rule.message(),
        Expressions.replaced(
            when,
            part ->
                labels(
                    labels(part, RuleVariable.DATABASE_LABELS, database.labels()),
                    RuleVariable.NAMESPACE_LABELS,
                    namespaceLabels)),
        rule.limit());
  }

  private static Expression labels(
      Expression part, RuleVariable variable, Map<String, String> labels) {
    Expression object = new Expression.Variable(variable.object().orElseThrow());
    if (part.equals(new Expression.Field(object, variable.field()))) {
      // Sorted, so that equal labels give equal bundles.
      return new Expression.Literal(new TreeMap<>(labels));
    }
    return part.equals(new Expression.Has(object, variable.field()))
        ? new Expression.Literal(true)
        : part;
  }

  private static PlanProblem problem(
      String policy, String field, String reason, String message, String remedy) {
    return new PlanProblem(
        PlanProblem.Kind.GuardrailPolicy, "", policy, field, reason, message, remedy);
  }
}

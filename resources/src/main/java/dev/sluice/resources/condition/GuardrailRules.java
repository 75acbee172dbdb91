package dev.sluice.resources.condition;

import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.GuardrailPolicySpec;
import dev.sluice.crds.GuardrailPolicyStatus;
import dev.sluice.policy.plan.CompiledGuardrails;
import dev.sluice.policy.plan.ConditionCompiler;
import dev.sluice.policy.plan.Guardrails;
import dev.sluice.policy.plan.Named;
import org.jspecify.annotations.Nullable;

/** The rules of GuardrailPolicies, as they are written and as they are in force. */
public final class GuardrailRules {
  private final ConditionCompiler conditions;

  /**
   * Rules.
   *
   * @param conditions reads conditions
   */
  public GuardrailRules(ConditionCompiler conditions) {
    this.conditions = conditions;
  }

  /** Those that a policy has now, with what is wrong with them. */
  public CompiledGuardrails written(GuardrailPolicy policy) {
    return compiled(policy, policy.getSpec());
  }

  /**
   * Those that gates obey: where one of the present spec cannot be read, those of the last spec
   * that could be, and where there is none, the present ones, of which those that cannot be read
   * match everything.
   *
   * @param policy the policy
   * @return its rules
   */
  public CompiledGuardrails inForce(GuardrailPolicy policy) {
    CompiledGuardrails written = written(policy);
    GuardrailPolicySpec before = written.problems().isEmpty() ? null : before(policy);
    return before == null ? written : compiled(policy, before);
  }

  /** The last spec whose rules could all be read; null: there was none. */
  public static @Nullable GuardrailPolicySpec before(GuardrailPolicy policy) {
    GuardrailPolicyStatus status = policy.getStatus();
    return status == null || status.inForce() == null ? null : status.inForce().spec();
  }

  private CompiledGuardrails compiled(GuardrailPolicy policy, GuardrailPolicySpec spec) {
    return Guardrails.compile(new Named<>(policy.getMetadata().getName(), spec), conditions);
  }
}

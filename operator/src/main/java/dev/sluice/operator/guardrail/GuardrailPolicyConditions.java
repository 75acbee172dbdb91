package dev.sluice.operator.guardrail;

import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.GuardrailPolicySpec.Mode;
import dev.sluice.crds.PolicyStatus;
import dev.sluice.operator.condition.Conditions;
import java.time.Clock;
import java.util.List;

/** Makes the status of a GuardrailPolicy. */
final class GuardrailPolicyConditions {
  private final Clock clock;

  GuardrailPolicyConditions(Clock clock) {
    this.clock = clock;
  }

  PolicyStatus accepted(GuardrailPolicy policy, int databases) {
    String mode =
        policy.getSpec().mode() == Mode.Observe ? "Matches are recorded" : "Matches are acted on";
    return status(
        policy,
        conditions(policy)
            .yes(Conditions.READY, "Accepted", "%s in %d databases.".formatted(mode, databases)),
        databases);
  }

  PolicyStatus unreadable(GuardrailPolicy policy, String message) {
    return status(policy, conditions(policy).notReady("SelectorInvalid", message, false), 0);
  }

  private Conditions conditions(GuardrailPolicy policy) {
    PolicyStatus before = policy.getStatus();
    return new Conditions(
        before == null || before.conditions() == null ? List.of() : before.conditions(),
        policy.getMetadata().getGeneration(),
        clock);
  }

  private static PolicyStatus status(GuardrailPolicy policy, Conditions conditions, int databases) {
    return new PolicyStatus(conditions.list(), policy.getMetadata().getGeneration(), databases);
  }
}

package dev.sluice.operator.guardrail;

import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.GuardrailPolicySpec.Mode;
import dev.sluice.crds.GuardrailPolicyStatus;
import dev.sluice.crds.GuardrailPolicyStatus.InForce;
import dev.sluice.operator.condition.Conditions;
import dev.sluice.policy.plan.PlanProblem;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the status of a GuardrailPolicy. */
final class GuardrailPolicyConditions {
  private final Clock clock;

  GuardrailPolicyConditions(Clock clock) {
    this.clock = clock;
  }

  GuardrailPolicyStatus accepted(GuardrailPolicy policy, int databases) {
    String mode =
        policy.getSpec().mode() == Mode.Observe ? "Matches are recorded" : "Matches are acted on";
    return status(
        policy,
        conditions(policy)
            .yes(Conditions.READY, "Accepted", "%s in %d databases.".formatted(mode, databases)),
        databases,
        present(policy));
  }

  GuardrailPolicyStatus unreadable(GuardrailPolicy policy, String message) {
    return status(
        policy, conditions(policy).notReady("SelectorInvalid", message, false), 0, present(policy));
  }

  /** Some rules cannot be read. What was in force stays so. */
  GuardrailPolicyStatus refused(GuardrailPolicy policy, List<PlanProblem> problems, int databases) {
    GuardrailPolicyStatus before = policy.getStatus();
    InForce stays = before == null ? null : before.inForce();
    String message =
        problems.stream().map(PlanProblem::sentence).collect(Collectors.joining(". "))
            + ". "
            + (stays == null
                ? "The policy has no earlier state, so a rule that cannot be read counts as"
                    + " matching every statement."
                : "Until then the policy of generation %d stays in force."
                    .formatted(stays.generation()));
    return status(
        policy,
        conditions(policy).notReady(problems.getFirst().reason(), message, false),
        databases,
        stays);
  }

  private static InForce present(GuardrailPolicy policy) {
    return new InForce(policy.getMetadata().getGeneration(), policy.getSpec());
  }

  private Conditions conditions(GuardrailPolicy policy) {
    GuardrailPolicyStatus before = policy.getStatus();
    return new Conditions(
        before == null || before.conditions() == null ? List.of() : before.conditions(),
        policy.getMetadata().getGeneration(),
        clock);
  }

  private static GuardrailPolicyStatus status(
      GuardrailPolicy policy, Conditions conditions, int databases, @Nullable InForce inForce) {
    return new GuardrailPolicyStatus(
        conditions.list(), policy.getMetadata().getGeneration(), databases, inForce);
  }
}

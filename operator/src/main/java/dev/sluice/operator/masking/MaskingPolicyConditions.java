package dev.sluice.operator.masking;

import dev.sluice.crds.MaskingPolicy;
import dev.sluice.crds.PolicyStatus;
import dev.sluice.operator.condition.Conditions;
import dev.sluice.policy.plan.PlanProblem;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the status of a MaskingPolicy. */
final class MaskingPolicyConditions {
  private static final int SHOWN = 8;

  private final Clock clock;

  MaskingPolicyConditions(Clock clock) {
    this.clock = clock;
  }

  PolicyStatus accepted(MaskingPolicy policy, int databases) {
    return status(
        policy,
        conditions(policy)
            .yes(Conditions.READY, "Accepted", "It is for %d databases.".formatted(databases)),
        databases);
  }

  PolicyStatus waiting(MaskingPolicy policy, List<String> databases, int count) {
    String shown = databases.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return status(
        policy,
        conditions(policy)
            .notReady(
                "NotLookedAt",
                "Not yet looked at in view of %s%s."
                    .formatted(
                        shown,
                        databases.size() <= SHOWN
                            ? ""
                            : " and %d more".formatted(databases.size() - SHOWN)),
                true),
        count);
  }

  /** Whether its status says of its present spec that it is ready. */
  static boolean isReady(MaskingPolicy policy) {
    PolicyStatus status = policy.getStatus();
    return status != null
        && Conditions.areReady(status.conditions(), policy.getMetadata().getGeneration());
  }

  PolicyStatus wrong(MaskingPolicy policy, List<PlanProblem> problems, int databases) {
    String shown =
        problems.stream().limit(SHOWN).map(PlanProblem::sentence).collect(Collectors.joining(" "));
    String message =
        problems.size() <= SHOWN
            ? shown
            : "%s And %d more.".formatted(shown, problems.size() - SHOWN);
    return status(
        policy,
        conditions(policy).notReady(problems.getFirst().reason(), message, false),
        databases);
  }

  PolicyStatus unreadable(MaskingPolicy policy, String message) {
    return status(policy, conditions(policy).notReady("SelectorInvalid", message, false), 0);
  }

  private Conditions conditions(MaskingPolicy policy) {
    PolicyStatus before = policy.getStatus();
    return new Conditions(
        before == null || before.conditions() == null ? List.of() : before.conditions(),
        policy.getMetadata().getGeneration(),
        clock);
  }

  private static PolicyStatus status(MaskingPolicy policy, Conditions conditions, int databases) {
    return new PolicyStatus(conditions.list(), policy.getMetadata().getGeneration(), databases);
  }
}

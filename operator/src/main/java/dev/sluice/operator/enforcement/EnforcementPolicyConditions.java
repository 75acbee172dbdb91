package dev.sluice.operator.enforcement;

import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.crds.EnforcementPolicyStatus;
import dev.sluice.operator.condition.Conditions;
import dev.sluice.policy.workload.PolicyDisagreements.Disagreement;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the status of an EnforcementPolicy. */
final class EnforcementPolicyConditions {
  /** Whether no other policy says anything else about one of its namespaces. */
  private static final String CONSISTENT = "Consistent";

  private final Clock clock;

  EnforcementPolicyConditions(Clock clock) {
    this.clock = clock;
  }

  EnforcementPolicyStatus accepted(
      EnforcementPolicy policy, int namespaces, List<Disagreement> disagreements) {
    Conditions conditions =
        conditions(policy)
            .yes(
                Conditions.READY,
                "Accepted",
                "Mode %s in %d namespaces.".formatted(policy.getSpec().mode(), namespaces));
    if (disagreements.isEmpty()) {
      conditions.yes(
          CONSISTENT, "PoliciesAgree", "No other policy says anything else in its namespaces.");
    } else {
      conditions.no(
          CONSISTENT,
          "PoliciesDisagree",
          disagreements.stream().map(Disagreement::toString).collect(Collectors.joining(". "))
              + ". The stricter holds. Make them say the same, or choose namespaces that they do"
              + " not share.");
    }
    return status(policy, conditions, namespaces);
  }

  EnforcementPolicyStatus refused(EnforcementPolicy policy, Collection<String> namespaces) {
    return status(
        policy,
        conditions(policy)
            .notReady(
                "ControlPlaneSelected",
                "spec.namespaces: it selects %s, where nothing is enforced so that the cluster can"
                        .formatted(String.join(" and ", namespaces))
                    + " always be mended. Choose labels that these namespaces do not have.",
                false),
        0);
  }

  EnforcementPolicyStatus unreadable(EnforcementPolicy policy, String message) {
    return status(policy, conditions(policy).notReady("SelectorInvalid", message, false), 0);
  }

  private Conditions conditions(EnforcementPolicy policy) {
    EnforcementPolicyStatus before = policy.getStatus();
    return new Conditions(
        before == null || before.conditions() == null ? List.of() : before.conditions(),
        policy.getMetadata().getGeneration(),
        clock);
  }

  private static EnforcementPolicyStatus status(
      EnforcementPolicy policy, Conditions conditions, int namespaces) {
    return new EnforcementPolicyStatus(
        conditions.list(), policy.getMetadata().getGeneration(), namespaces, null);
  }
}

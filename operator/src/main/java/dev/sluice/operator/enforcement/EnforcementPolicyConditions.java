package dev.sluice.operator.enforcement;

import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.crds.EnforcementPolicyStatus;
import dev.sluice.operator.condition.Conditions;
import java.time.Clock;
import java.util.Collection;
import java.util.List;

/** Makes the status of an EnforcementPolicy. */
final class EnforcementPolicyConditions {
  private final Clock clock;

  EnforcementPolicyConditions(Clock clock) {
    this.clock = clock;
  }

  EnforcementPolicyStatus accepted(EnforcementPolicy policy, int namespaces) {
    return status(
        policy,
        conditions(policy)
            .yes(
                Conditions.READY,
                "Accepted",
                "Mode %s in %d namespaces.".formatted(policy.getSpec().mode(), namespaces)),
        namespaces);
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

package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.crds.EnforcementPolicySpec;

/**
 * An EnforcementPolicy.
 *
 * @param policy its name
 * @param spec what it says
 */
public record Enforcement(String policy, EnforcementPolicySpec spec) {
  /** What a resource says. */
  public static Enforcement of(EnforcementPolicy policy) {
    return new Enforcement(policy.getMetadata().getName(), policy.getSpec());
  }
}

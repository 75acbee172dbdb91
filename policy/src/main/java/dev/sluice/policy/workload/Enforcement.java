package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicySpec;

/**
 * An EnforcementPolicy.
 *
 * @param policy its name
 * @param spec what it says
 */
public record Enforcement(String policy, EnforcementPolicySpec spec) {}

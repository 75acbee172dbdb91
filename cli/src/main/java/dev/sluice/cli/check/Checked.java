package dev.sluice.cli.check;

import dev.sluice.policy.workload.Verdict;

/**
 * A workload and what admission would say of it.
 *
 * @param workload the workload
 * @param verdict what would be said
 */
record Checked(Manifests.Written workload, Verdict verdict) {
  /** Whether it would not be taken. */
  boolean isRefused() {
    return verdict instanceof Verdict.Reject;
  }
}

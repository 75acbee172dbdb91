package dev.sluice.operator.scan;

import dev.sluice.crds.EnforcementPolicySpec.Mode;
import dev.sluice.policy.workload.Finding;
import dev.sluice.policy.workload.WorkloadName;
import java.util.Comparator;

/**
 * One finding about a workload.
 *
 * @param workload the workload at the top of the chain of owners
 * @param mode what it leads to for a new pod
 * @param finding what was found
 * @param pods how many pods of the workload have it
 */
record FoundWorkload(WorkloadName workload, Mode mode, Finding finding, int pods) {
  /** The worst first: what an exception accepts is the least. */
  static final Comparator<FoundWorkload> WORST_FIRST =
      Comparator.comparing((FoundWorkload each) -> each.finding().excepted())
          .thenComparing(FoundWorkload::mode, Comparator.reverseOrder())
          .thenComparing(FoundWorkload::type)
          .thenComparing(each -> each.workload().toString())
          .thenComparing(each -> each.finding().sentence());

  /** The type under which policies speak of it. */
  String type() {
    return finding.type() == null ? "AccessRefused" : finding.type().name();
  }
}

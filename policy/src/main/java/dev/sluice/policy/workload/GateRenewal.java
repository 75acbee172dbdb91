package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import java.util.Set;
import java.util.stream.Stream;

/** What the policies of its namespace want to become of a pod that runs, for its gate's sake. */
public enum GateRenewal {
  /** It stays. */
  NONE,
  /** It is evicted, since it has no gate. */
  EVICT,
  /** It is evicted in its turn, since its gate is outdated. */
  ROLL;

  /**
   * What is to become of a pod. Where an exception accepts the finding, it stays.
   *
   * @param workload a pod that runs
   * @param verdict what was decided about it
   * @param context the same as for the decision
   */
  public static GateRenewal of(Workload workload, Verdict verdict, WorkloadContext context) {
    Enforcements enforcements = new Enforcements(workload, context);
    if (has(verdict, FindingType.GateMissing) && !enforcements.evictingMissing().isEmpty()) {
      return EVICT;
    }
    return has(verdict, FindingType.GateOutdated) && !enforcements.rollingOutdated().isEmpty()
        ? ROLL
        : NONE;
  }

  /**
   * The names of the policies that want this of a pod; others may choose its namespace, too.
   *
   * @param workload the pod
   * @param context the same as for the decision
   */
  public Set<String> wantedBy(Workload workload, WorkloadContext context) {
    Enforcements enforcements = new Enforcements(workload, context);
    return switch (this) {
      case NONE -> Set.of();
      case EVICT -> enforcements.evictingMissing();
      case ROLL -> enforcements.rollingOutdated();
    };
  }

  private static boolean has(Verdict verdict, FindingType type) {
    Stream<Finding> refusals =
        verdict instanceof Verdict.Reject reject ? reject.refusals().stream() : Stream.empty();
    return Stream.of(refusals, verdict.warnings().stream(), verdict.audited().stream())
        .flatMap(each -> each)
        .anyMatch(finding -> finding.type() == type && !finding.excepted());
  }
}

package dev.sluice.operator.scan;

import dev.sluice.policy.workload.GateRenewal;
import dev.sluice.policy.workload.WorkloadName;
import java.time.Instant;
import java.util.Set;

/**
 * A pod that policies want to be made anew for the sake of its gate.
 *
 * @param policies the policies that want it
 * @param namespace its namespace
 * @param pod its name
 * @param podUid its UID
 * @param createdAt when it was created
 * @param owner the workload at the top of its chain of owners
 * @param kind why
 */
record Renewal(
    Set<String> policies,
    String namespace,
    String pod,
    String podUid,
    Instant createdAt,
    WorkloadName owner,
    GateRenewal kind) {}

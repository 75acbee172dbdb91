package dev.sluice.operator.scan;

import dev.sluice.crds.EnforcementPolicySpec.Mode;
import dev.sluice.policy.workload.Finding;
import dev.sluice.policy.workload.Verdict;
import dev.sluice.policy.workload.WorkloadName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts the findings of a namespace, each once for a workload. It keeps no pod. */
final class FindingTally {
  /** So many are told apart; of more, only their number is known. */
  private static final int MOST = 500;

  private final String namespace;
  private final Set<String> policies;
  private final Map<Entry, Integer> entries = new HashMap<>();
  private final Map<String, Integer> others = new HashMap<>();
  private int pods;

  FindingTally(String namespace, Set<String> policies) {
    this.namespace = namespace;
    this.policies = policies;
  }

  private record Entry(WorkloadName workload, Mode mode, Finding finding) {}

  void pod() {
    pods++;
  }

  void add(WorkloadName workload, Verdict verdict) {
    if (verdict instanceof Verdict.Reject reject) {
      reject.refusals().forEach(each -> add(new Entry(workload, Mode.Enforce, each)));
    }
    verdict.warnings().forEach(each -> add(new Entry(workload, Mode.Warn, each)));
    verdict.audited().forEach(each -> add(new Entry(workload, Mode.Audit, each)));
  }

  private void add(Entry entry) {
    if (entries.containsKey(entry) || entries.size() < MOST) {
      entries.merge(entry, 1, Integer::sum);
    } else {
      FoundWorkload found = new FoundWorkload(entry.workload(), entry.mode(), entry.finding(), 1);
      others.merge(found.type(), 1, Integer::sum);
    }
  }

  NamespaceResult result(@Nullable String problem) {
    List<FoundWorkload> found = new ArrayList<>();
    entries.forEach(
        (entry, count) ->
            found.add(new FoundWorkload(entry.workload(), entry.mode(), entry.finding(), count)));
    found.sort(FoundWorkload.WORST_FIRST);
    Map<String, Integer> byType = new TreeMap<>(others);
    int excepted = 0;
    for (FoundWorkload each : found) {
      if (each.finding().excepted()) {
        excepted++;
      } else {
        byType.merge(each.type(), 1, Integer::sum);
      }
    }
    return new NamespaceResult(namespace, policies, pods, byType, excepted, found, problem);
  }
}

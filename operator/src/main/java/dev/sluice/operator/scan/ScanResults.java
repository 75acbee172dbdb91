package dev.sluice.operator.scan;

import dev.sluice.crds.EnforcementPolicyStatus;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the last look at what runs found, for those who tell it. */
public final class ScanResults {
  private static final int MOST = 50;
  private static final int MOST_PROBLEMS = 10;

  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private volatile Map<String, EnforcementPolicyStatus.Findings> byPolicy = Map.of();
  private volatile boolean looked;

  /**
   * Tells somebody when something new is known of a policy.
   *
   * @param listener who is told, with the policy's name
   */
  public void onPolicy(Consumer<String> listener) {
    listeners.add(listener);
  }

  /**
   * What was found in the namespaces of a policy.
   *
   * @param policy its name
   * @param before what its status said so far
   * @return what its status says; null: nothing was looked at for it
   */
  public EnforcementPolicyStatus.@Nullable Findings of(
      String policy, EnforcementPolicyStatus.@Nullable Findings before) {
    // After the operator began anew, what was told before holds until it is looked again.
    return looked ? byPolicy.get(policy) : before;
  }

  void take(ScanResult result, Map<String, List<String>> problems) {
    Map<String, List<NamespaceResult>> namespaces = new TreeMap<>();
    result
        .namespaces()
        .forEach(
            each ->
                each.policies()
                    .forEach(
                        policy ->
                            namespaces
                                .computeIfAbsent(policy, key -> new ArrayList<>())
                                .add(each)));
    Map<String, EnforcementPolicyStatus.Findings> found = new TreeMap<>();
    namespaces.forEach(
        (policy, its) ->
            found.put(policy, summary(result, its, problems.getOrDefault(policy, List.of()))));
    Set<String> concerned = new HashSet<>(byPolicy.keySet());
    concerned.addAll(found.keySet());
    byPolicy = Map.copyOf(found);
    looked = true;
    concerned.forEach(policy -> listeners.forEach(listener -> listener.accept(policy)));
  }

  private static EnforcementPolicyStatus.Findings summary(
      ScanResult result, List<NamespaceResult> namespaces, List<String> problems) {
    Map<String, Integer> byType = new TreeMap<>();
    namespaces.forEach(
        each -> each.byType().forEach((type, count) -> byType.merge(type, count, Integer::sum)));
    return new EnforcementPolicyStatus.Findings(
        result.at().truncatedTo(ChronoUnit.SECONDS).toString(),
        namespaces.stream().mapToInt(NamespaceResult::pods).sum(),
        byType.values().stream().mapToInt(Integer::intValue).sum(),
        byType,
        namespaces.stream().mapToInt(NamespaceResult::excepted).sum(),
        namespaces.stream()
            .flatMap(each -> each.found().stream())
            .filter(each -> !each.finding().excepted())
            .sorted(FoundWorkload.WORST_FIRST)
            .limit(MOST)
            .map(ScanResults::finding)
            .toList(),
        Stream.concat(
                namespaces.stream().map(NamespaceResult::problem).filter(each -> each != null),
                problems.stream())
            .distinct()
            .limit(MOST_PROBLEMS)
            .toList());
  }

  private static EnforcementPolicyStatus.Finding finding(FoundWorkload found) {
    return new EnforcementPolicyStatus.Finding(
        new EnforcementPolicyStatus.Workload(
            found.workload().kind(), found.workload().namespace(), found.workload().name()),
        found.type(),
        found.mode().name(),
        found.pods(),
        found.finding().sentence(),
        found.finding().remedy());
  }
}

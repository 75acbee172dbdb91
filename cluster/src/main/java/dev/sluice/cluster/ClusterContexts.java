package dev.sluice.cluster;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.GovernedDatabase;
import dev.sluice.policy.workload.GrantedAccess;
import dev.sluice.policy.workload.WorkloadContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Makes of the index what the decision about a workload needs to know. */
public final class ClusterContexts {
  private final ClusterIndex index;
  private final ClusterSettings settings;
  private final Clock clock;

  /**
   * Contexts.
   *
   * @param index what is watched
   * @param settings how workloads are looked at
   * @param clock by which accesses and exceptions end
   */
  public ClusterContexts(ClusterIndex index, ClusterSettings settings, Clock clock) {
    this.index = index;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * What is known for a workload of a namespace.
   *
   * @param namespace the namespace
   * @param asked names of accesses that the workload asks for; they are looked up where the watch
   *     does not know them yet
   */
  public WorkloadContext of(String namespace, Collection<String> asked) {
    List<GrantedAccess> accesses =
        index.accesses(namespace).stream()
            .filter(ClusterContexts::isLasting)
            .map(GrantedAccess::of)
            .collect(Collectors.toCollection(ArrayList::new));
    for (String name : asked) {
      if (!name.isEmpty() && accesses.stream().noneMatch(access -> access.name().equals(name))) {
        index
            .lookUpAccess(namespace, name)
            .filter(ClusterContexts::isLasting)
            .map(GrantedAccess::of)
            .ifPresent(accesses::add);
      }
    }
    return new WorkloadContext(
        databases(accesses, asked),
        accesses,
        index.policies().stream().map(Enforcement::of).toList(),
        index
            .namespace(namespace)
            .map(
                found ->
                    Objects.requireNonNullElse(
                        found.getMetadata().getLabels(), Map.<String, String>of()))
            .orElse(Map.of()),
        settings.exemptNamespaces(),
        settings.clusterDomain(),
        settings.gate(),
        clock.instant());
  }

  /** Whether an access is not about to go. */
  private static boolean isLasting(DatabaseAccess access) {
    return access.getMetadata().getDeletionTimestamp() == null;
  }

  private List<GovernedDatabase> databases(List<GrantedAccess> accesses, Collection<String> asked) {
    List<GovernedDatabase> databases = new ArrayList<>(index.databases());
    accesses.stream()
        .filter(access -> asked.contains(access.name()))
        .map(GrantedAccess::database)
        .filter(name -> databases.stream().noneMatch(known -> known.name().equals(name)))
        .distinct()
        .toList()
        .forEach(name -> index.lookUpDatabase(name).ifPresent(databases::add));
    return databases;
  }
}

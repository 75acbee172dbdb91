package dev.sluice.webhook.index;

import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.policy.workload.GovernedDatabase;
import dev.sluice.policy.workload.GrantedAccess;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.webhook.WebhookSettings;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes of the index what the decision about a workload needs to know. */
@ApplicationScoped
public class ClusterContexts {
  private final ClusterIndex index;
  private final WebhookSettings settings;
  private final Clock clock;
  private final GateSettings gate;

  ClusterContexts(
      ClusterIndex index,
      WebhookSettings settings,
      Clock clock,
      KubernetesSerialization serialization) {
    this.index = index;
    this.settings = settings;
    this.clock = clock;
    this.gate = Resources.gate(settings, serialization);
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
            .filter(Resources::isLasting)
            .map(GrantedAccess::of)
            .collect(Collectors.toCollection(ArrayList::new));
    for (String name : asked) {
      if (!name.isEmpty() && accesses.stream().noneMatch(access -> access.name().equals(name))) {
        index
            .lookUpAccess(namespace, name)
            .filter(Resources::isLasting)
            .map(GrantedAccess::of)
            .ifPresent(accesses::add);
      }
    }
    Set<String> exempt = new HashSet<>(settings.exemptNamespaces());
    exempt.add(settings.namespace());
    return new WorkloadContext(
        databases(accesses, asked),
        accesses,
        index.policies().stream().map(Enforcement::of).toList(),
        index.namespace(namespace).map(found -> found.getMetadata().getLabels()).orElse(Map.of()),
        exempt,
        settings.clusterDomain(),
        gate,
        clock.instant());
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

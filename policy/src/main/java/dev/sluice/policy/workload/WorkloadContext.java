package dev.sluice.policy.workload;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the cluster when a workload is decided about.
 *
 * @param databases all governed databases
 * @param accesses the accesses of the workload's namespace
 * @param enforcements all enforcement policies
 * @param namespaceLabels the labels of the workload's namespace
 * @param exemptNamespaces namespaces that are never looked at: the control plane's own, kube-system
 * @param clusterDomain the cluster's DNS domain, such as {@code cluster.local}
 * @param gate how a gate is put into a pod
 * @param now the time at which exceptions and accesses are asked whether they still hold
 */
public record WorkloadContext(
    List<GovernedDatabase> databases,
    List<GrantedAccess> accesses,
    List<Enforcement> enforcements,
    Map<String, String> namespaceLabels,
    Set<String> exemptNamespaces,
    String clusterDomain,
    GateSettings gate,
    Instant now) {
  /** Immutable copies. */
  public WorkloadContext {
    databases = List.copyOf(databases);
    accesses = List.copyOf(accesses);
    enforcements = List.copyOf(enforcements);
    namespaceLabels = Map.copyOf(namespaceLabels);
    exemptNamespaces = Set.copyOf(exemptNamespaces);
  }

  /** The Database of this name, where it is governed. */
  Optional<GovernedDatabase> database(ObjectName name) {
    return databases.stream().filter(database -> database.name().equals(name)).findFirst();
  }

  /** The access of this name in the workload's namespace. */
  Optional<GrantedAccess> access(String name) {
    return accesses.stream().filter(access -> access.name().equals(name)).findFirst();
  }
}

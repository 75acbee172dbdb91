package dev.sluice.cluster;

import dev.sluice.policy.workload.GateSettings;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How workloads of a cluster are looked at.
 *
 * @param exemptNamespaces namespaces that are never looked at: the control plane's own, kube-system
 * @param clusterDomain the cluster's DNS domain, such as {@code cluster.local}
 * @param gate how a gate is put in
 * @param scan how far connection strings are looked for
 * @param scanNamespaces where contents are read with {@link CredentialScan#CONTENT}; absent:
 *     everywhere
 */
public record ClusterSettings(
    Set<String> exemptNamespaces,
    String clusterDomain,
    GateSettings gate,
    CredentialScan scan,
    @Nullable Set<String> scanNamespaces) {
  /** Immutable copies. */
  public ClusterSettings {
    exemptNamespaces = Set.copyOf(exemptNamespaces);
    scanNamespaces = scanNamespaces == null ? null : Set.copyOf(scanNamespaces);
  }

  /** How far connection strings are looked for in a namespace. */
  CredentialScan scan(String namespace) {
    boolean readable = scanNamespaces == null || scanNamespaces.contains(namespace);
    return scan == CredentialScan.CONTENT && !readable ? CredentialScan.REFERENCES : scan;
  }
}

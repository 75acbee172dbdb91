package dev.sluice.operator.network;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The NetworkPolicy of a database whose pods are known: its port is open to pods that ask for an
 * access in the namespaces that have one, to the control plane, and to the database's own pods.
 * Every other port is as open as it was.
 */
final class DatabaseWall {
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  static final String SLUICE = "sluice";

  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";
  private static final int LAST_PORT = 65535;

  private DatabaseWall() {}

  static NetworkPolicy of(
      String namespace,
      String name,
      Map<String, String> podLabels,
      int port,
      Collection<String> accessNamespaces,
      String controlNamespace) {
    LabelSelector pods = new LabelSelectorBuilder().withMatchLabels(podLabels).build();
    List<NetworkPolicyPeer> peers = new ArrayList<>();
    peers.add(new NetworkPolicyPeerBuilder().withPodSelector(pods).build());
    peers.add(
        new NetworkPolicyPeerBuilder()
            .withNewNamespaceSelector()
            .addToMatchLabels(NAMESPACE_NAME, controlNamespace)
            .endNamespaceSelector()
            .build());
    for (String each : new TreeSet<>(accessNamespaces)) {
      peers.add(
          new NetworkPolicyPeerBuilder()
              .withNewNamespaceSelector()
              .addToMatchLabels(NAMESPACE_NAME, each)
              .endNamespaceSelector()
              .withNewPodSelector()
              .addNewMatchExpression()
              .withKey(dev.sluice.crds.ApiGroup.ACCESS_LABEL)
              .withOperator("Exists")
              .endMatchExpression()
              .endPodSelector()
              .build());
    }
    NetworkPolicyIngressRule guarded =
        new NetworkPolicyIngressRuleBuilder()
            .withFrom(peers)
            .withPorts(port("TCP", port, port))
            .build();
    List<NetworkPolicyPort> others = new ArrayList<>();
    if (port > 1) {
      others.add(port("TCP", 1, port - 1));
    }
    if (port < LAST_PORT) {
      others.add(port("TCP", port + 1, LAST_PORT));
    }
    others.add(port("UDP", 1, LAST_PORT));
    NetworkPolicyIngressRule open = new NetworkPolicyIngressRuleBuilder().withPorts(others).build();
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .addToLabels(MANAGED_BY, SLUICE)
        .endMetadata()
        .withNewSpec()
        .withPodSelector(pods)
        .withPolicyTypes("Ingress")
        .withIngress(guarded, open)
        .endSpec()
        .build();
  }

  private static NetworkPolicyPort port(String protocol, int first, int last) {
    NetworkPolicyPortBuilder port =
        new NetworkPolicyPortBuilder().withProtocol(protocol).withPort(new IntOrString(first));
    return (last > first ? port.withEndPort(last) : port).build();
  }
}

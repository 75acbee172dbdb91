package dev.sluice.operator.network;

import dev.sluice.crds.ApiGroup;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The NetworkPolicy of a namespace that keeps pods without an access from databases outside of the
 * cluster: they may go everywhere, but not to the databases' ports. One for all databases, since
 * NetworkPolicies only ever add: what one leaves out the next one would allow.
 */
final class EgressWall {
  static final String NAME = "sluice-egress";

  /** Tells it from the walls in front of databases. */
  static final String ABOUT = "sluice.dev/about";

  static final String EGRESS = "egress";

  private static final int LAST_PORT = 65535;

  private EgressWall() {}

  /**
   * The policy.
   *
   * @param namespace the namespace
   * @param ports the databases' ports by IP address
   */
  static NetworkPolicy of(
      String namespace, SortedMap<String, ? extends Collection<Integer>> ports) {
    List<String> four = new ArrayList<>();
    List<String> six = new ArrayList<>();
    ports.keySet().forEach(address -> (isSix(address) ? six : four).add(block(address)));
    List<NetworkPolicyEgressRule> rules = new ArrayList<>();
    rules.add(
        new NetworkPolicyEgressRuleBuilder()
            .withTo(
                all("0.0.0.0/0", four),
                all("::/0", six),
                // Some networks do not count pods among the addresses of a block.
                new NetworkPolicyPeerBuilder()
                    .withNewNamespaceSelector()
                    .endNamespaceSelector()
                    .build())
            .build());
    Map<SortedSet<Integer>, List<String>> alike =
        new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
    ports.forEach(
        (address, its) ->
            alike
                .computeIfAbsent(new TreeSet<>(its), key -> new ArrayList<>())
                .add(block(address)));
    alike.forEach(
        (its, blocks) ->
            rules.add(
                new NetworkPolicyEgressRuleBuilder()
                    .withTo(blocks.stream().map(EgressWall::only).toList())
                    .withPorts(allBut(its))
                    .build()));
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(namespace)
        .addToLabels(DatabaseWall.MANAGED_BY, DatabaseWall.SLUICE)
        .addToLabels(ABOUT, EGRESS)
        .endMetadata()
        .withNewSpec()
        .withNewPodSelector()
        .addNewMatchExpression()
        .withKey(ApiGroup.ACCESS_LABEL)
        .withOperator("DoesNotExist")
        .endMatchExpression()
        .endPodSelector()
        .withPolicyTypes("Egress")
        .withEgress(rules)
        .endSpec()
        .build();
  }

  private static boolean isSix(String address) {
    return address.indexOf(':') >= 0;
  }

  private static String block(String address) {
    return address + (isSix(address) ? "/128" : "/32");
  }

  private static NetworkPolicyPeer all(String everything, List<String> except) {
    return new NetworkPolicyPeerBuilder()
        .withNewIpBlock()
        .withCidr(everything)
        .withExcept(except)
        .endIpBlock()
        .build();
  }

  private static NetworkPolicyPeer only(String block) {
    return new NetworkPolicyPeerBuilder().withNewIpBlock().withCidr(block).endIpBlock().build();
  }

  /** What else the server offers stays open. */
  private static List<NetworkPolicyPort> allBut(SortedSet<Integer> closed) {
    List<NetworkPolicyPort> open = new ArrayList<>();
    int first = 1;
    for (int port : closed) {
      if (port > first) {
        open.add(range("TCP", first, port - 1));
      }
      first = port + 1;
    }
    if (first <= LAST_PORT) {
      open.add(range("TCP", first, LAST_PORT));
    }
    open.add(range("UDP", 1, LAST_PORT));
    open.add(range("SCTP", 1, LAST_PORT));
    return open;
  }

  private static NetworkPolicyPort range(String protocol, int first, int last) {
    NetworkPolicyPortBuilder port =
        new NetworkPolicyPortBuilder().withProtocol(protocol).withPort(new IntOrString(first));
    return (last > first ? port.withEndPort(last) : port).build();
  }
}

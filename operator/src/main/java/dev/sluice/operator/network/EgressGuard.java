package dev.sluice.operator.network;

import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec.Endpoint;
import dev.sluice.crds.DatabaseSpec.NetworkEgress;
import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.crds.EnforcementPolicySpec.Mode;
import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.GovernedDatabase;
import dev.sluice.policy.workload.ObjectName;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps pods without an access from databases outside of the cluster, in the namespaces where going
 * around a gate is refused. A namespace that has policies about egress of its own is left alone:
 * NetworkPolicies add to each other, so that ours would open what those close.
 */
public final class EgressGuard {
  private static final Logger LOG = LoggerFactory.getLogger(EgressGuard.class);

  private final KubernetesClient client;
  private final ClusterIndex index;
  private final ClusterSettings settings;
  private final HostAddresses hosts;
  private final Clock clock;

  /**
   * A guard.
   *
   * @param client may list NetworkPolicies, and write them where a Database asks for it
   * @param index what is watched
   * @param settings says which namespaces are spared
   * @param clock by which exceptions end
   */
  public EgressGuard(
      KubernetesClient client, ClusterIndex index, ClusterSettings settings, Clock clock) {
    this(client, index, settings, clock, host -> List.of(InetAddress.getAllByName(host)));
  }

  EgressGuard(
      KubernetesClient client,
      ClusterIndex index,
      ClusterSettings settings,
      Clock clock,
      HostAddresses.NameServer names) {
    this.client = client;
    this.index = index;
    this.settings = settings;
    this.hosts = new HostAddresses(names, clock);
    this.clock = clock;
  }

  /** What is to be closed, and what stands in the way of knowing it. */
  private record Closed(
      SortedMap<String, TreeSet<Integer>> ports, boolean complete, List<String> problems) {}

  /**
   * Brings the policies to what they should be.
   *
   * @return what stands in the way and what to do, by EnforcementPolicy
   */
  public Map<String, List<String>> keep() {
    Map<String, List<String>> problems = new TreeMap<>();
    try {
      List<Database> managed =
          index.databaseResources().stream()
              .filter(each -> each.getSpec().networkEgress() == NetworkEgress.Managed)
              .filter(each -> each.getMetadata().getDeletionTimestamp() == null)
              .toList();
      Set<String> kept = new HashSet<>();
      if (!managed.isEmpty()) {
        keep(closed(managed), kept, problems);
      }
      removeAllBut(kept);
    } catch (KubernetesClientException failure) {
      LOG.warn("egress was not looked after: status={}", failure.getCode());
    }
    return problems;
  }

  private void keep(Closed closed, Set<String> kept, Map<String, List<String>> problems) {
    List<Enforcement> policies = index.policies().stream().map(Enforcement::of).toList();
    Set<String> others = withPoliciesOfTheirOwn();
    for (Namespace namespace : index.namespaces()) {
      String name = namespace.getMetadata().getName();
      List<Enforcement> its = enforcing(namespace, policies);
      if (its.isEmpty()) {
        continue;
      }
      List<String> sentences = new ArrayList<>(closed.problems());
      if (others.contains(name)) {
        sentences.add(
            "Namespace %s has NetworkPolicies about egress of its own, which one of Sluice would widen, so there is none: see that they do not allow %s."
                .formatted(name, String.join(", ", closed.ports().keySet())));
      } else if (hasException(name, policies)) {
        sentences.add(
            "Namespace %s has an exception for DirectConnection, so its egress stays open until that ends: a NetworkPolicy cannot tell one workload."
                .formatted(name));
      } else if (!closed.complete()) {
        // What is not known now stays as it was.
        kept.add(name);
      } else if (!closed.ports().isEmpty()) {
        kept.add(name);
        apply(EgressWall.of(name, closed.ports()), sentences);
      }
      its.forEach(
          each ->
              problems.computeIfAbsent(each.policy(), key -> new ArrayList<>()).addAll(sentences));
    }
  }

  private List<Enforcement> enforcing(Namespace namespace, List<Enforcement> policies) {
    if (settings.exemptNamespaces().contains(namespace.getMetadata().getName())) {
      return List.of();
    }
    Map<String, String> labels =
        Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
    return policies.stream()
        .filter(each -> each.selects(labels))
        .filter(each -> each.mode(FindingType.DirectConnection) == Mode.Enforce)
        .toList();
  }

  private boolean hasException(String namespace, List<Enforcement> policies) {
    return policies.stream()
        .flatMap(each -> Objects.requireNonNull(each.spec().exceptions()).stream())
        .anyMatch(
            each ->
                each.workload().namespace().equals(namespace)
                    && each.findings().contains(FindingType.DirectConnection)
                    && each.expiresAt().toInstant().isAfter(clock.instant()));
  }

  private Closed closed(List<Database> managed) {
    Map<ObjectName, GovernedDatabase> governed = new HashMap<>();
    index.databases().forEach(each -> governed.put(each.name(), each));
    SortedMap<String, TreeSet<Integer>> ports = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    boolean complete = true;
    Set<String> asked = new HashSet<>();
    for (Database database : managed) {
      ObjectName name =
          new ObjectName(database.getMetadata().getNamespace(), database.getMetadata().getName());
      GovernedDatabase known = governed.get(name);
      if (known != null
          && known.services().stream().anyMatch(each -> !each.addresses().isEmpty())) {
        problems.add(
            "Database %s runs in the cluster, where the NetworkPolicy in front of it is the wall: remove spec.networkEgress."
                .formatted(name));
        continue;
      }
      for (Endpoint endpoint : database.getSpec().endpoints()) {
        asked.add(endpoint.host());
        Set<String> addresses = hosts.of(endpoint.host());
        if (addresses.isEmpty()) {
          complete = false;
          problems.add(
              "The addresses of %s, of Database %s, are not known to the operator: see that its name server knows the name."
                  .formatted(endpoint.host(), name));
        }
        addresses.forEach(
            address ->
                ports
                    .computeIfAbsent(address, key -> new TreeSet<>())
                    .add(Objects.requireNonNullElse(endpoint.port(), 5432)));
      }
    }
    hosts.keepOnly(asked);
    return new Closed(ports, complete, problems);
  }

  private Set<String> withPoliciesOfTheirOwn() {
    Set<String> namespaces = new HashSet<>();
    for (NetworkPolicy each :
        client.network().v1().networkPolicies().inAnyNamespace().list().getItems()) {
      if (!isOurs(each) && isAboutEgress(each)) {
        namespaces.add(each.getMetadata().getNamespace());
      }
    }
    return namespaces;
  }

  private static boolean isOurs(NetworkPolicy policy) {
    Map<String, String> labels = policy.getMetadata().getLabels();
    return labels != null
        && DatabaseWall.SLUICE.equals(labels.get(DatabaseWall.MANAGED_BY))
        && EgressWall.EGRESS.equals(labels.get(EgressWall.ABOUT));
  }

  private static boolean isAboutEgress(NetworkPolicy policy) {
    return policy.getSpec() != null
        && policy.getSpec().getPolicyTypes() != null
        && policy.getSpec().getPolicyTypes().contains("Egress");
  }

  private void apply(NetworkPolicy wanted, List<String> sentences) {
    String namespace = wanted.getMetadata().getNamespace();
    try {
      NetworkPolicy stored = client.resource(wanted).get();
      if (stored != null && !isOurs(stored)) {
        sentences.add(
            "NetworkPolicy %s/%s is somebody else's, so egress stays open: give it another name."
                .formatted(namespace, EgressWall.NAME));
      } else if (stored == null || !Objects.equals(stored.getSpec(), wanted.getSpec())) {
        client.resource(wanted).fieldManager("sluice-operator").forceConflicts().serverSideApply();
        LOG.info("networkPolicy={}/{} applied", namespace, EgressWall.NAME);
      }
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw refused;
      }
      sentences.add(
          "The operator may not keep a NetworkPolicy in namespace %s, so its egress stays open: set the chart's value networkEgress to true, or spec.networkEgress of the Databases to Open."
              .formatted(namespace));
    }
  }

  private void removeAllBut(Set<String> kept) {
    client
        .network()
        .v1()
        .networkPolicies()
        .inAnyNamespace()
        .withLabel(EgressWall.ABOUT, EgressWall.EGRESS)
        .withLabel(DatabaseWall.MANAGED_BY, DatabaseWall.SLUICE)
        .list()
        .getItems()
        .stream()
        .filter(each -> !kept.contains(each.getMetadata().getNamespace()))
        .forEach(
            each -> {
              client.resource(each).delete();
              LOG.info(
                  "networkPolicy={}/{} removed",
                  each.getMetadata().getNamespace(),
                  each.getMetadata().getName());
            });
  }
}

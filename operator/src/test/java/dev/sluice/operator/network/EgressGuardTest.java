package dev.sluice.operator.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.cluster.CredentialScan;
import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec.NetworkEgress;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.fixtures.RealApiServer;
import dev.sluice.operator.MovableClock;
import dev.sluice.policy.workload.GateSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EgressGuardTest {
  private static final ClusterSettings SETTINGS =
      new ClusterSettings(
          Set.of("kube-system"),
          "cluster.local",
          new GateSettings("", "", "", new ResourceRequirements(), "64Mi"),
          CredentialScan.OFF,
          null);

  /** One of its own: the operator of other tests keeps the egress of the whole cluster, too. */
  private static final RealApiServer SERVER = RealApiServer.start();

  private final KubernetesClient client = SERVER.client();
  private final String databases = SERVER.newNamespace("egress-databases");
  private final String shop = SERVER.newNamespace("egress-shop");
  private final MovableClock clock = new MovableClock(Instant.parse("2026-06-01T12:00:00Z"));
  private final Map<String, List<String>> names = new ConcurrentHashMap<>();
  private final ClusterIndex index = new ClusterIndex(client, SETTINGS);
  private final EgressGuard guard =
      new EgressGuard(client, index, SETTINGS, clock, this::addresses);

  private List<InetAddress> addresses(String host) throws UnknownHostException {
    List<String> known = names.get(host);
    if (known == null) {
      throw new UnknownHostException(host);
    }
    List<InetAddress> addresses = new ArrayList<>();
    for (String each : known) {
      addresses.add(InetAddress.getByName(each));
    }
    return addresses;
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void begin() {
    names.put("one.example.com", List.of("192.0.2.10", "2001:db8::10"));
    names.put("two.example.com", List.of("192.0.2.10", "192.0.2.20"));
    apply(database("one", 5432, "Managed"));
    apply(policy("mode: Enforce"));
    index.start();
    known(1, 1);
  }

  @AfterEach
  void end() {
    index.stop();
    client.resources(EnforcementPolicy.class).withName(shop).delete();
    client.resources(Database.class).inNamespace(databases).delete();
    client.network().v1().networkPolicies().inNamespace(shop).delete();
  }

  @Test
  void podsWithoutAnAccessReachEverythingButTheDatabases() {
    apply(database("two", 6432, "Managed"));
    known(2, 1);

    assertThat(keep()).isEmpty();

    NetworkPolicySpec expected =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                podSelector: {matchExpressions: [{key: sluice.dev/access, operator: DoesNotExist}]}
                policyTypes: [Egress]
                egress:
                - to:
                  - ipBlock: {cidr: 0.0.0.0/0, except: [192.0.2.10/32, 192.0.2.20/32]}
                  - ipBlock: {cidr: "::/0", except: ["2001:db8:0:0:0:0:0:10/128"]}
                  - namespaceSelector: {}
                - to:
                  - ipBlock: {cidr: "2001:db8:0:0:0:0:0:10/128"}
                  ports:
                  - {protocol: TCP, port: 1, endPort: 5431}
                  - {protocol: TCP, port: 5433, endPort: 65535}
                  - {protocol: UDP, port: 1, endPort: 65535}
                  - {protocol: SCTP, port: 1, endPort: 65535}
                - to:
                  - ipBlock: {cidr: 192.0.2.10/32}
                  ports:
                  - {protocol: TCP, port: 1, endPort: 5431}
                  - {protocol: TCP, port: 5433, endPort: 6431}
                  - {protocol: TCP, port: 6433, endPort: 65535}
                  - {protocol: UDP, port: 1, endPort: 65535}
                  - {protocol: SCTP, port: 1, endPort: 65535}
                - to:
                  - ipBlock: {cidr: 192.0.2.20/32}
                  ports:
                  - {protocol: TCP, port: 1, endPort: 6431}
                  - {protocol: TCP, port: 6433, endPort: 65535}
                  - {protocol: UDP, port: 1, endPort: 65535}
                  - {protocol: SCTP, port: 1, endPort: 65535}
                """,
                NetworkPolicySpec.class);
    NetworkPolicySpec stored = wall().getSpec();
    assertThat(stored.getEgress()).containsExactlyInAnyOrderElementsOf(expected.getEgress());
    assertThat(stored.getPodSelector()).isEqualTo(expected.getPodSelector());
    assertThat(stored.getPolicyTypes()).isEqualTo(expected.getPolicyTypes());
  }

  @Test
  void aSecondLookChangesNothingAndOpenTakesItAway() {
    keep();
    String version = wall().getMetadata().getResourceVersion();
    keep();
    assertThat(wall().getMetadata().getResourceVersion()).isEqualTo(version);

    apply(database("one", 5432, "Open"));
    known(0, 1);
    assertThat(keep()).isEmpty();
    assertThat(find()).isNull();
  }

  @Test
  void whereTheUserHasEgressPoliciesThereIsNone() {
    keep();
    assertThat(find()).isNotNull();
    apply(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: of-the-team, namespace: %s}
        spec: {podSelector: {}, policyTypes: [Egress]}
        """
            .formatted(shop));

    assertThat(keep())
        .singleElement()
        .asString()
        .contains("has NetworkPolicies about egress of its own")
        .contains("192.0.2.10");
    assertThat(find()).isNull();
    assertThat(client.network().v1().networkPolicies().inNamespace(shop).list().getItems())
        .singleElement()
        .satisfies(each -> assertThat(each.getMetadata().getName()).isEqualTo("of-the-team"));
  }

  @Test
  void anExceptionKeepsItsNamespaceOpenToTheSecond() {
    apply(
        policy(
            """
            mode: Enforce, exceptions: [{workload: {kind: CronJob, namespace: %s, name: backup},
              findings: [DirectConnection], reason: OPS-7, owner: dba, expiresAt: "2026-06-01T12:00:01Z"}]
            """
                .formatted(shop)));
    Awaitility.await()
        .until(
            () ->
                index.policies().stream()
                    .filter(each -> each.getMetadata().getName().equals(shop))
                    .anyMatch(
                        each -> !Objects.requireNonNull(each.getSpec().exceptions()).isEmpty()));

    assertThat(keep()).singleElement().asString().contains("has an exception for DirectConnection");
    assertThat(find()).isNull();

    clock.advance(Duration.ofSeconds(1));
    assertThat(keep()).isEmpty();
    assertThat(find()).isNotNull();
  }

  @Test
  void oldAddressesStayClosedForAnHourAndWhileTheNameServerIsAway() {
    keep();
    names.put("one.example.com", List.of("192.0.2.11"));
    keep();
    assertThat(closed()).contains("192.0.2.10/32", "192.0.2.11/32");

    names.remove("one.example.com");
    clock.advance(Duration.ofHours(3));
    assertThat(keep()).isEmpty();
    assertThat(closed()).contains("192.0.2.10/32", "192.0.2.11/32");

    names.put("one.example.com", List.of("192.0.2.11"));
    keep();
    assertThat(closed()).containsExactly("192.0.2.11/32");
  }

  @Test
  void whatIsNotKnownAfterARestartStaysAsItWas() {
    keep();
    names.clear();
    EgressGuard anew = new EgressGuard(client, index, SETTINGS, clock, this::addresses);

    assertThat(anew.keep().get(shop))
        .singleElement()
        .asString()
        .contains("addresses of one.example.com");
    assertThat(closed()).contains("192.0.2.10/32");
  }

  private List<String> keep() {
    return guard.keep().getOrDefault(shop, List.of());
  }

  private List<String> closed() {
    return wall().getSpec().getEgress().getFirst().getTo().stream()
        .filter(each -> each.getIpBlock() != null)
        .flatMap(each -> each.getIpBlock().getExcept().stream())
        .filter(each -> each.endsWith("/32"))
        .toList();
  }

  private NetworkPolicy wall() {
    return Objects.requireNonNull(find());
  }

  private @Nullable NetworkPolicy find() {
    return client
        .network()
        .v1()
        .networkPolicies()
        .inNamespace(shop)
        .withName("sluice-egress")
        .get();
  }

  /** Waits until the watch knows so many managed Databases. */
  private void known(int managed, int policies) {
    Awaitility.await()
        .until(
            () ->
                index.databaseResources().stream()
                            .filter(each -> each.getMetadata().getNamespace().equals(databases))
                            .filter(each -> each.getSpec().networkEgress() == NetworkEgress.Managed)
                            .count()
                        == managed
                    && index.namespaces().stream()
                        .anyMatch(each -> each.getMetadata().getName().equals(shop))
                    && index.policies().stream()
                            .filter(each -> each.getMetadata().getName().equals(shop))
                            .count()
                        == policies);
  }

  private String policy(String spec) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: EnforcementPolicy
    metadata: {name: %1$s}
    spec: {namespaces: {matchLabels: {kubernetes.io/metadata.name: %1$s}}, %2$s}
    """
        .formatted(shop, spec);
  }

  private String database(String name, int port, String egress) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: Database
    metadata: {name: %1$s, namespace: %2$s}
    spec:
      engine: PostgreSQL
      endpoints: [{host: %1$s.example.com, port: %3$d}]
      database: shop
      tls: {mode: VerifyFull}
      adminSecretRef: {name: admin}
      networkEgress: %4$s
    """
        .formatted(name, databases, port, egress);
  }

  private void apply(String yaml) {
    HasMetadata resource = client.getKubernetesSerialization().unmarshal(yaml);
    client.resource(resource).fieldManager("test").forceConflicts().serverSideApply();
  }
}

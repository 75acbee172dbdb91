package dev.sluice.operator.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.Database;
import dev.sluice.fixtures.RealApiServer;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NetworkGuardTest {
  private final RealApiServer server = RealApiServer.shared();
  private final NetworkGuard guard = new NetworkGuard(server.client(), "sluice-system", true);
  private final String databases = server.newNamespace("databases");
  private final String others = server.newNamespace("others");

  @Test
  void eachServiceOfADatabaseHasAWall() {
    service(databases, "orders-rw");
    service(databases, "orders-ro");
    service(others, "orders-ro");

    assertThat(
            guard.guard(
                database(
                    host("orders-rw", databases),
                    host("orders-ro", databases),
                    host("orders-ro", others)),
                List.of("shop")))
        .isEmpty();

    assertThat(guarded(databases)).containsExactlyInAnyOrder("orders-rw", "orders-ro");
    assertThat(guarded(others)).containsExactly("orders-ro");
  }

  @Test
  void whenAnEndpointMovesSoDoesItsWall() {
    service(databases, "orders-rw");
    service(databases, "orders-ro");
    service(others, "orders");
    guard.guard(
        database(host("orders-rw", databases), host("orders-ro", databases)), List.of("shop"));

    guard.guard(database(host("orders", others)), List.of("shop"));

    assertThat(guarded(databases)).isEmpty();
    assertThat(guarded(others)).containsExactly("orders");
  }

  @Test
  void aWallStaysWhileItsServiceIsAwayAndGoesWithTheDatabase() {
    service(databases, "orders-rw");
    Database database = database(host("orders-rw", databases));
    guard.guard(database, List.of("shop"));
    server.client().services().inNamespace(databases).withName("orders-rw").delete();

    guard.guard(database, List.of("shop"));
    assertThat(guarded(databases)).containsExactly("orders-rw");

    guard.remove(database);
    assertThat(guarded(databases)).isEmpty();
  }

  @Test
  void theAnnotationTakesTheWallAwayAndThatOfAnotherDatabaseStays() {
    service(databases, "orders-rw");
    Database one = database(host("orders-rw", databases));
    Database other = database(host("orders-rw", databases));
    other.getMetadata().setName("reports");
    guard.guard(one, List.of("shop"));
    guard.guard(other, List.of("reports"));
    assertThat(guarded(databases)).containsExactly("orders-rw", "orders-rw");

    one.getMetadata().setAnnotations(Map.of(NetworkGuard.ANNOTATION, "false"));
    guard.guard(one, List.of("shop"));

    assertThat(policies(databases))
        .singleElement()
        .satisfies(policy -> assertThat(policy.getMetadata().getName()).endsWith(".reports"));
  }

  private Database database(String... hosts) {
    return server
        .client()
        .getKubernetesSerialization()
        .unmarshal(
            """
            apiVersion: sluice.dev/v1alpha1
            kind: Database
            metadata: {name: orders, namespace: %s}
            spec:
              engine: PostgreSQL
              endpoints: [%s]
              database: shop
              tls: {mode: VerifyFull}
              adminSecretRef: {name: orders-admin}
            """
                .formatted(
                    databases,
                    Arrays.stream(hosts)
                        .map("{host: %s, port: 5432}"::formatted)
                        .collect(Collectors.joining(", "))),
            Database.class);
  }

  private static String host(String service, String namespace) {
    return service + "." + namespace + ".svc";
  }

  private void service(String namespace, String name) {
    server
        .client()
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addToSelector("service", name)
                .addNewPort()
                .withPort(5432)
                .endPort()
                .endSpec()
                .build())
        .create();
  }

  private List<NetworkPolicy> policies(String namespace) {
    return server
        .client()
        .network()
        .v1()
        .networkPolicies()
        .inNamespace(namespace)
        .list()
        .getItems();
  }

  /** The Services whose pods are behind a wall. */
  private List<String> guarded(String namespace) {
    return policies(namespace).stream()
        .map(policy -> policy.getSpec().getPodSelector().getMatchLabels().get("service"))
        .toList();
  }
}

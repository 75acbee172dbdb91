package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.stories.stage.Command.Answer;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.LocalNode;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A database outside of the cluster: from a namespace where it is enforced no pod without a gate
 * gets there, with whatever password, and it gets everywhere else.
 */
class EgressStory {
  private static final String NAMESPACE = "story-egress";
  private static final String OUTSIDE = "story-outside";
  private static final String PASSWORD = UUID.randomUUID().toString();

  private static Team team = Team.withoutAccess(NAMESPACE);
  private static String address = "";

  /** A server that answers at an address outside of the cluster. */
  @BeforeAll
  static void server() {
    assumeTrue(LocalNode.isUsed(), "an address outside of the cluster is made on this machine");
    Team.governed();
    Kubectl.run("delete", "namespace", OUTSIDE, "--ignore-not-found", "--timeout=2m").required();
    Kubectl.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: server, namespace: %1$s}
        spec:
          containers:
          - name: postgres
            image: localhost/sluice/postgres:15
            imagePullPolicy: IfNotPresent
            env:
            - {name: POSTGRES_DB, value: shop}
            - {name: POSTGRES_PASSWORD, value: "%2$s"}
            readinessProbe: {exec: {command: [pg_isready, -h, 127.0.0.1, -d, shop]}, periodSeconds: 1}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: stranger, namespace: %3$s}
        spec:
          terminationGracePeriodSeconds: 0
          securityContext: {runAsUser: 65532, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          containers:
          - name: python
            image: localhost/sluice/python-psycopg:dev
            imagePullPolicy: IfNotPresent
            args: [sleep, infinity]
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        """
            .formatted(OUTSIDE, PASSWORD, NAMESPACE));
    Kubectl.await("condition=Ready", "pod/server", "-n", OUTSIDE);
    Kubectl.await("condition=Ready", "pod/stranger", "-n", NAMESPACE);
    address = LocalNode.outside(Kubectl.path("{.status.podIP}", "pod/server", "-n", OUTSIDE), 5432);
    Kubectl.run(
            "-n",
            OUTSIDE,
            "exec",
            "server",
            "--",
            "psql",
            "-U",
            "postgres",
            "-d",
            "shop",
            "-c",
            ("CREATE ROLE shop_admin LOGIN CREATEROLE PASSWORD '%s'; GRANT pg_signal_backend TO"
                 + " shop_admin; ALTER DATABASE shop OWNER TO shop_admin; ALTER SCHEMA public OWNER"
                 + " TO shop_admin; SET ROLE shop_admin; CREATE TABLE things (id int); INSERT INTO"
                 + " things VALUES (42)")
                .formatted(PASSWORD))
        .required();
    governed("Open");
    Kubectl.apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: DatabaseAccess
        metadata: {name: orders, namespace: %s}
        spec:
          databaseRef: {name: %s, namespace: databases}
          subjects: [{kind: ServiceAccount, name: shop-api}]
          purpose: order-processing
          grants: [{tables: [public.things], privileges: [SELECT]}]
        """
            .formatted(NAMESPACE, OUTSIDE));
    Kubectl.await("condition=Ready", "database/" + OUTSIDE, "-n", "databases");
    Kubectl.await("condition=Ready", "databaseaccess/orders", "-n", NAMESPACE);
    team.startConsole();
  }

  @AfterAll
  static void tidy() {
    // What was made in the database is taken back while it can be reached.
    Kubectl.run("-n", NAMESPACE, "delete", "databaseaccess/orders", "--timeout=1m");
    Kubectl.run("-n", "databases", "delete", "database/" + OUTSIDE, "--timeout=1m");
    Kubectl.run("-n", "databases", "delete", "secret/" + OUTSIDE);
    if (LocalNode.isUsed()) {
      LocalNode.nothingOutside();
    }
    Kubectl.run("delete", "namespace", OUTSIDE, "--wait=false");
    team.close();
  }

  @Test
  void onlyGatedPodsGetThere() {
    assertThat(connect().required().output()).contains("42");

    governed("Managed");

    await("the network's answer")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(connect().errors()).contains("timeout expired"));
    assertThat(team.query("SELECT id FROM things")).isEqualTo("42");
    // Names, other Services, other pods.
    assertThat(reach("kubernetes.default.svc", 443)).isEqualTo("reached");
    assertThat(reach("sluice-operator.sluice-system.svc", 8443)).isEqualTo("reached");
    // Another port of the same server: nobody listens there, which is told and not dropped.
    assertThat(reach(address, 5433)).contains("refused");

    governed("Open");
    await("as it was")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(connect().output()).contains("42"));
  }

  private static void governed(String egress) {
    Kubectl.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: %1$s, namespace: databases}
        type: kubernetes.io/basic-auth
        stringData: {username: shop_admin, password: "%2$s"}
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: Database
        metadata: {name: %1$s, namespace: databases}
        spec:
          engine: PostgreSQL
          endpoints: [{host: "%3$s", port: 5432}]
          database: shop
          tls: {mode: Disable, insecureReason: a server of one story}
          adminSecretRef: {name: %1$s}
          allowedNamespaces: {from: Selector, selector: {matchLabels: {tier: shop}}}
          ceiling: {schemas: [public], privileges: [SELECT]}
          networkEgress: %4$s
        """
            .formatted(OUTSIDE, PASSWORD, address, egress));
  }

  /** From the pod without a gate, with the right password. */
  private static Answer connect() {
    return inStranger(
        "env",
        "PGCONNECT_TIMEOUT=3",
        "PGPASSWORD=" + PASSWORD,
        "psql",
        "-X",
        "-At",
        "-h",
        address,
        "-U",
        "shop_admin",
        "-c",
        "SELECT id FROM things",
        "shop");
  }

  private static String reach(String host, int port) {
    return inStranger(
            "python3",
            "-c",
            """
            import socket
            try:
                socket.create_connection(("%s", %d), 5)
                print("reached")
            except OSError as e:
                print(e)
            """
                .formatted(host, port))
        .required()
        .output()
        .strip();
  }

  private static Answer inStranger(String... line) {
    return Kubectl.run(
        Stream.concat(Stream.of("-n", NAMESPACE, "exec", "stranger", "--"), Stream.of(line))
            .toArray(String[]::new));
  }
}

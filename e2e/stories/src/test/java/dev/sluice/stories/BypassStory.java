package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Team;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Story 6: a workload that goes around the gate is rejected, and kubectl says where it does, which
 * Database it reaches, and what to write instead.
 */
class BypassStory {
  @BeforeAll
  static void governed() {
    Team.governed();
  }

  @AfterAll
  static void tidy() {
    Kubectl.run("-n", "shop", "delete", "secret", "legacy-database", "--ignore-not-found");
    Kubectl.run("-n", "shop", "delete", "configmap", "legacy-database", "--ignore-not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "environment, container \"api\", DATABASE_URL",
    "secret, container \"api\", DATABASE_URL",
    "arguments, container \"api\", args[",
  })
  void connectionAroundTheGateIsRejected(String file, String container, String place) {
    var answer = Kubectl.run("apply", "-f", "e2e/demo/bypass/" + file + ".yaml");

    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.errors())
        .contains(container)
        .contains(place)
        .contains("Database databases/orders")
        .contains("sluice.dev/access")
        .doesNotContain("shop_admin:secret");
    assertThat(Kubectl.run("-n", "shop", "get", "deployment/bypass-" + file).isSuccess()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"preset-gate, sluice-gate", "host-network, hostNetwork"})
  void tamperingIsRejected(String file, String place) {
    var answer = Kubectl.run("apply", "-f", "e2e/demo/bypass/" + file + ".yaml");

    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.errors()).contains(place);
  }

  @Test
  void addressInAConfigMapIsFound() {
    Kubectl.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: legacy-database, namespace: shop}
        data: {host: orders-db.databases}
        """);

    var answer =
        createPod("bypass-config-map", "envFrom: [{configMapRef: {name: legacy-database}}]");

    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.errors()).contains("legacy-database").contains("Database databases/orders");
  }

  @Test
  void addressInACommandIsFound() {
    var answer =
        createPod("bypass-command", "command: [sh, -c, \"psql -h orders-db.databases.svc shop\"]");

    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.errors()).contains("command[2]").contains("Database databases/orders");
  }

  @Test
  void podThatAsksForAnAccessThatIsNotThereIsToldSo() {
    var answer = createPod("unknown-access", "env: []", "sluice.dev/access: nothing-of-the-kind");

    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.errors()).contains("nothing-of-the-kind").contains("DatabaseAccess");
  }

  @Test
  void podThatReachesNoGovernedDatabaseIsLeftAlone() {
    var answer =
        createPod(
            "harmless", "env: [{name: DATABASE_URL, value: \"postgresql://elsewhere.example/x\"}]");

    assertThat(answer.required().text()).contains("harmless created");
    Kubectl.run("-n", "shop", "delete", "pod", "harmless", "--wait=false").required();
  }

  @Test
  void namespaceThatNobodyEnforcesIsLeftAlone() {
    var manifest =
        pod("elsewhere", "env: [{name: PGHOST, value: orders-db.databases.svc}]", "a: b")
            .replace("namespace: shop", "namespace: default");

    var answer = Kubectl.with(manifest, "create", "--dry-run=server", "-f", "-");

    assertThat(answer.required().text()).contains("elsewhere created");
  }

  private static dev.sluice.stories.stage.Command.Answer createPod(String name, String line) {
    return createPod(name, line, "app: " + name);
  }

  private static dev.sluice.stories.stage.Command.Answer createPod(
      String name, String line, String label) {
    return Kubectl.with(pod(name, line, label), "create", "-f", "-");
  }

  private static String pod(String name, String line, String label) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, namespace: shop, labels: {%s}}
    spec:
      securityContext: {runAsUser: 65532, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: one
        image: localhost/sluice/python-psycopg:dev
        imagePullPolicy: IfNotPresent
        %s
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    """
        .formatted(name, label, line);
  }
}

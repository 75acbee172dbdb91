package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Team;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Story 5: one label, and a pod has a hardened gate, an environment that leads to it, and no
 * credential.
 */
class InjectionStory {
  private static JsonNode pod = com.fasterxml.jackson.databind.node.MissingNode.getInstance();

  @BeforeAll
  static void started() {
    Team.applyShop();
    // What a pod was made of can be read before it runs, also where it never will.
    await("a pod of the service")
        .until(InjectionStory::newestPod, newest -> !newest.isMissingNode());
    pod = newestPod();
  }

  private static JsonNode newestPod() {
    var pods =
        Kubectl.get(
                "pods", "-n", "shop", "-l", "app=shop-api", "--sort-by=.metadata.creationTimestamp")
            .path("items");
    return pods.path(pods.size() - 1);
  }

  private static JsonNode gate() {
    return pod.path("spec").path("initContainers").path(0);
  }

  @Test
  void gateIsTheFirstInitContainerAndANativeSidecar() {
    assertThat(gate().path("name").asText()).isEqualTo("sluice-gate");
    assertThat(gate().path("restartPolicy").asText()).isEqualTo("Always");
  }

  @Test
  void gateIsHardened() {
    var security = gate().path("securityContext");

    assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(security.path("runAsUser").asInt()).isEqualTo(64532);
    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(security.path("capabilities").path("drop").toString()).isEqualTo("[\"ALL\"]");
    assertThat(security.path("seccompProfile").path("type").asText()).isEqualTo("RuntimeDefault");
    assertThat(gate().path("resources").path("requests").path("memory").asText()).isNotEmpty();
    assertThat(gate().path("resources").path("limits").path("memory").asText()).isNotEmpty();
    assertThat(gate().path("livenessProbe").isMissingNode()).isFalse();
  }

  @Test
  void driversFindTheGateByThemselves() {
    var environment = environment(pod.path("spec").path("containers").path(0));

    assertThat(environment)
        .containsEntry("PGHOST", "127.0.0.1")
        .containsEntry("PGPORT", "6432")
        .containsEntry("PGDATABASE", "shop")
        .containsKeys("PGUSER", "DATABASE_URL", "JDBC_DATABASE_URL")
        .doesNotContainKey("PGPASSWORD");
  }

  @Test
  void socketLeadsToTheGateAsWell() {
    try (var team = Team.newTeamWithSockets("sockets")) {
      assertThat(
              team.psqlThroughSocket("\\conninfo", "SELECT ssn FROM customers ORDER BY id LIMIT 1")
                  .required()
                  .output())
          .contains("/run/sluice/sockets")
          .contains("***");
      assertThat(team.inConsole(Stream.of("touch", "/run/sluice/sockets/another")).text())
          .contains("Read-only file system");
    }
  }

  @Test
  void namespaceHoldsNoCredential() {
    var secrets = Kubectl.get("secrets", "-n", "shop").path("items");

    assertThat(secrets)
        .allSatisfy(
            secret ->
                assertThat(secret.path("metadata").path("name").asText())
                    .isEqualTo("legacy-database"));
  }

  @Test
  void templateOfTheDeploymentIsAsTheTeamWroteIt() {
    var template =
        Kubectl.get("deployment/shop-api", "-n", "shop").path("spec").path("template").path("spec");

    assertThat(template.path("initContainers").isMissingNode()).isTrue();
    assertThat(template.path("containers").path(0).path("env").isMissingNode()).isTrue();
  }

  @Test
  void jobEndsWhenItsProgramEnds() {
    assertThat(Team.salesReport())
        .contains("Sales by month:")
        .containsPattern("Order \\d+ is paid\\.");
  }

  private static Map<String, String> environment(JsonNode container) {
    var environment = new HashMap<String, String>();
    container
        .path("env")
        .forEach(one -> environment.put(one.path("name").asText(), one.path("value").asText()));
    return environment;
  }
}

package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.stories.stage.Creations;
import dev.sluice.stories.stage.Helm;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A pod that asked for a grant while nobody could give it a gate is found, told in the form that
 * other tools read, and, where the policy says so, made anew with its gate.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("disruptive")
class GateMissingStory {
  private static final String NAMESPACE = "story-gate-missing";
  private static final String REPORTS = "e2e/stories/src/test/resources/reports/openreports.yaml";
  private static final String OPERATOR = "deployment/sluice-operator";

  private static Team team = Team.withoutAccess(NAMESPACE);

  /** Removes by hand all that puts gates in, starts a pod, and puts it back. */
  @BeforeAll
  static void startedWithoutAGate() {
    Team.governed();
    Kubectl.applyFile(REPORTS);
    Kubectl.apply(team.access());
    Kubectl.await("condition=Ready", "databaseaccess/orders", "-n", NAMESPACE);
    try {
      for (var removed :
          List.of(
              "mutatingwebhookconfiguration/sluice",
              "validatingwebhookconfiguration/sluice",
              "validatingadmissionpolicybinding/sluice-gate")) {
        Kubectl.run("delete", removed).required();
      }
      await("nobody asks for a gate any more")
          .untilAsserted(
              () ->
                  assertThat(
                          Kubectl.with(
                                  "{apiVersion: v1, kind: Pod, metadata: {name: tried, labels:"
                                      + " {sluice.dev/access: orders}}, spec: {securityContext:"
                                      + " {runAsUser: 65532, runAsNonRoot: true, seccompProfile:"
                                      + " {type: RuntimeDefault}}, containers: [{name: one, image:"
                                      + " x, securityContext: {allowPrivilegeEscalation: false,"
                                      + " capabilities: {drop: [ALL]}}}]}}",
                                  "-n",
                                  NAMESPACE,
                                  "create",
                                  "--dry-run=server",
                                  "-o",
                                  "jsonpath={.spec.initContainers}",
                                  "-f",
                                  "-")
                              .required()
                              .output())
                      .isEmpty());
      team.startConsole();
    } finally {
      // The chart brings them, and the operator whom they are to trust.
      Helm.upgrade();
    }
    assertThat(Creations.isGated(pod())).isFalse();
  }

  @AfterAll
  static void tidy() {
    Kubectl.run("delete", "enforcementpolicy", NAMESPACE, "--ignore-not-found").required();
    Kubectl.run("-n", "sluice-system", "set", "env", OPERATOR, "SLUICE_SCAN_REST-").required();
    Kubectl.run("-n", "sluice-system", "rollout", "status", OPERATOR, "--timeout=2m").required();
    Kubectl.run("delete", "-f", REPORTS, "--wait=false").required();
    team.close();
  }

  @Test
  @Order(1)
  void itIsFoundAndReported() {
    policy("Report");

    await("found")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        Kubectl.path(
                            "{.status.findings.byType.GateMissing}",
                            "enforcementpolicy/" + NAMESPACE))
                    .isEqualTo("1"));
    await("reported")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(result().isMissingNode()).isFalse());
    var result = result();
    assertThat(result.path("result").asText()).isEqualTo("fail");
    assertThat(result.path("severity").asText()).isEqualTo("high");
    assertThat(result.path("source").asText()).isEqualTo("sluice");
    assertThat(result.path("message").asText()).contains("runs without a gate");
    assertThat(result.path("properties").path("remedy").asText()).isNotEmpty();
    assertThat(result.path("resources").path(0).path("kind").asText()).isEqualTo("Deployment");
    assertThat(result.path("resources").path(0).path("name").asText()).isEqualTo("console");
    assertThat(report().path("summary").path("fail").asInt()).isEqualTo(1);
    assertThat(Creations.isGated(pod())).as("it is told and goes on").isFalse();
  }

  @Test
  @Order(2)
  void itIsEvictedAndComesBackWithAGate() {
    // A pod is left alone for ten minutes otherwise.
    Kubectl.run("-n", "sluice-system", "set", "env", OPERATOR, "SLUICE_SCAN_REST=5s").required();
    Kubectl.run("-n", "sluice-system", "rollout", "status", OPERATOR, "--timeout=2m").required();

    policy("Evict");

    await("a pod with a gate, and no other")
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(Creations.isGated(pod())).isTrue());
    Kubectl.run("-n", NAMESPACE, "rollout", "status", "deployment/console", "--timeout=2m")
        .required();
    assertThat(team.query("SELECT 7")).isEqualTo("7");
    assertThat(
            Kubectl.run("events", "-n", NAMESPACE, "--no-headers")
                .required()
                .output()
                .lines()
                .filter(line -> line.contains("GateMissing")))
        .singleElement()
        .asString()
        .contains("Evicted so that Deployment")
        .contains("EnforcementPolicy " + NAMESPACE + " says so in spec.gates");
    // It is looked at again within ten minutes, and some seconds after a policy has changed.
    policy("Report");
    await("nothing is told any more")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(result().isMissingNode()).isTrue());
  }

  private static void policy(String missing) {
    Kubectl.apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: EnforcementPolicy
        metadata: {name: %1$s}
        spec:
          namespaces: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
          mode: Enforce
          gates: {missing: %2$s}
        """
            .formatted(NAMESPACE, missing));
  }

  /** The console's only pod; nothing while there are none or several. */
  private static JsonNode pod() {
    var pods = Kubectl.get("pods", "-n", NAMESPACE, "-l", "app=console").path("items");
    return pods.size() == 1 ? pods.path(0) : MissingNode.getInstance();
  }

  private static JsonNode report() {
    var found =
        Kubectl.get(
                "reports.openreports.io",
                "-n",
                NAMESPACE,
                "--field-selector",
                "metadata.name=sluice-workloads")
            .path("items");
    return found.path(0);
  }

  private static JsonNode result() {
    for (var result : report().path("results")) {
      if (result.path("rule").asText().equals("GateMissing")) {
        return result;
      }
    }
    return MissingNode.getInstance();
  }
}

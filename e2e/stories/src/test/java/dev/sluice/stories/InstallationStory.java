package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.stories.stage.Kubectl;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Story 2: the chart brings operator and webhook as Deployments of their own, each with no more
 * rights than it needs, and certificates that nobody had to provide.
 */
class InstallationStory {
  private static final String OPERATOR = "system:serviceaccount:sluice-system:sluice-operator";
  private static final String WEBHOOK = "system:serviceaccount:sluice-system:sluice-webhook";

  @ParameterizedTest
  @ValueSource(strings = {"sluice-operator", "sluice-webhook"})
  void runsHardenedAsAnAccountOfItsOwn(String name) {
    var deployment = Kubectl.get("deployment/" + name, "-n", "sluice-system");
    var pod = deployment.path("spec").path("template").path("spec");
    var container = pod.path("containers").path(0).path("securityContext");

    assertThat(deployment.path("status").path("readyReplicas"))
        .isEqualTo(deployment.path("spec").path("replicas"));
    assertThat(pod.path("serviceAccountName").asText()).isEqualTo(name);
    assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.path("securityContext").path("seccompProfile").path("type").asText())
        .isEqualTo("RuntimeDefault");
    assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.path("capabilities").path("drop").toString()).isEqualTo("[\"ALL\"]");
  }

  @Test
  void webhookHasTwoReplicas() {
    assertThat(Kubectl.path("{.spec.replicas}", "deployment/sluice-webhook", "-n", "sluice-system"))
        .isEqualTo("2");
  }

  /** With credentialScan: Content it looks at what runs with the webhook's right, no more. */
  @ParameterizedTest
  @CsvSource({
    "get secrets -n databases, true",
    "get secrets -n shop, true",
    "list secrets -n shop, false",
    "get secrets -n kube-system, false",
    "list secrets --all-namespaces, false",
    "get secrets/sluice-ledger -n sluice-system, false",
    "update deployments -n shop, false",
    "create pods -n shop, false",
    "create clusterroles, false",
    "escalate clusterroles, false",
    "impersonate users, false",
    "patch mutatingwebhookconfigurations/sluice, true",
    "patch mutatingwebhookconfigurations/other, false",
    "delete databaseaccesses.sluice.dev -n shop, false",
  })
  void operatorMayDoWhatItsWorkNeeds(String action, boolean allowed) {
    assertThat(Kubectl.canI(OPERATOR, Kubectl.words(action))).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "get secrets -n shop, true",
    "list secrets -n shop, false",
    "get secrets -n databases, false",
    "get secrets/sluice-webhook-tls -n sluice-system, false",
    "create pods -n shop, false",
    "patch pods -n shop, false",
    "patch mutatingwebhookconfigurations/sluice, false",
    "patch databases.sluice.dev -n databases, false",
  })
  void webhookReadsAndWritesNothing(String action, boolean allowed) {
    assertThat(Kubectl.canI(WEBHOOK, Kubectl.words(action))).isEqualTo(allowed);
  }

  @Test
  void noRoleOfItsHasAWildcard() {
    var roles = Kubectl.get("clusterroles,roles", "-A", "-l", "app.kubernetes.io/name=sluice");

    assertThat(stream(roles.path("items"))).hasSizeGreaterThanOrEqualTo(5);
    assertThat(stream(roles.path("items")).flatMap(role -> stream(role.path("rules"))))
        .allSatisfy(rule -> assertThat(rule.toString()).doesNotContain("\"*\""));
  }

  @Test
  void authorityThatItMadeItselfIsTrustedByTheApiServer() {
    var authority =
        Kubectl.path("{.data.ca\\.crt}", "secret/sluice-webhook-tls", "-n", "sluice-system");
    for (var kind : List.of("mutatingwebhookconfiguration", "validatingwebhookconfiguration")) {
      assertThat(stream(Kubectl.get(kind + "/sluice").path("webhooks")))
          .isNotEmpty()
          .allSatisfy(
              webhook ->
                  assertThat(webhook.path("clientConfig").path("caBundle").asText())
                      .isEqualTo(authority));
    }
  }

  private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}

package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Command.Answer;
import dev.sluice.stories.stage.Creations;
import dev.sluice.stories.stage.Creations.Outcome;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Team;
import dev.sluice.stories.stage.WebhookPods;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The cluster is never locked out: while the webhook is away only governed pods wait, and while one
 * of its replicas is drained not even these.
 */
@Tag("disruptive")
class WebhookAwayStory {
  private static final String GOVERNED = "story-away";
  private static final String ELSEWHERE = "story-away-elsewhere";
  private static final List<String> AS_EVER = List.of("kube-system", "sluice-system", ELSEWHERE);
  private static final int PODS = 120;

  private static Team team = Team.withoutAccess(GOVERNED);

  @BeforeAll
  static void namespaces() {
    Team.governed();
    Kubectl.apply(team.access());
    Kubectl.await("condition=Ready", "databaseaccess/orders", "-n", GOVERNED);
    Kubectl.run("delete", "namespace", ELSEWHERE, "--ignore-not-found", "--timeout=2m").required();
    Kubectl.run("create", "namespace", ELSEWHERE).required();
  }

  @AfterAll
  static void tidy() {
    WebhookPods.scale(2);
    AS_EVER.forEach(
        namespace ->
            Kubectl.run(
                Kubectl.words(
                    "-n %s delete pod as-ever --ignore-not-found --wait=false"
                        .formatted(namespace))));
    Kubectl.run("delete", "namespace", ELSEWHERE, "--wait=false").required();
    team.close();
  }

  @Test
  void onlyGovernedPodsWaitAndComeUpByThemselves() {
    WebhookPods.scale(0);
    Kubectl.run("-n", "sluice-system", "wait", "--for=delete", "pod", "-l", WebhookPods.SELECTOR)
        .required();

    AS_EVER.forEach(
        namespace -> Kubectl.with(pod("as-ever"), "-n", namespace, "create", "-f", "-").required());
    AS_EVER.forEach(namespace -> Kubectl.await("condition=Ready", "pod/as-ever", "-n", namespace));

    team.applyConsole();
    var refused = Kubectl.with(pod("ordinary"), "-n", GOVERNED, "create", "-f", "-");
    assertThat(refused.isSuccess()).isFalse();
    assertThat(refused.errors())
        .contains("failed calling webhook \"pods.sluice.dev\"")
        .contains("sluice-webhook.sluice-system.svc");
    await("the event of its ReplicaSet")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(events())
                    .anySatisfy(
                        event ->
                            assertThat(event)
                                .contains("failed calling webhook \"inject.sluice.dev\"")
                                .contains("sluice-webhook.sluice-system.svc")));
    assertThat(Kubectl.get("pods", "-n", GOVERNED, "-l", "app=console").path("items")).isEmpty();

    WebhookPods.scale(2);
    Kubectl.run("-n", GOVERNED, "rollout", "status", "deployment/console", "--timeout=2m")
        .required();
    assertThat(team.query("SELECT 7")).isEqualTo("7");
  }

  @Test
  void oneReplicaIsDrainedAndNobodyWaits() {
    WebhookPods.scale(2);
    await("two webhooks").atMost(Duration.ofMinutes(1)).until(WebhookPods::areUp);
    var pods = WebhookPods.names();
    try (var creations = new Creations(GOVERNED, ELSEWHERE)) {
      creations.during("a webhook is drained");
      creations.begin(PODS / 4);
      await("the first of them").until(() -> creations.settled() >= PODS / 8);

      evict(pods.getFirst()).required();
      var second = evict(pods.getLast());

      assertThat(second.isSuccess()).isFalse();
      assertThat(second.errors()).contains("disruption budget");
      await("another webhook")
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                creations.begin(2);
                return WebhookPods.areUp() && !WebhookPods.names().contains(pods.getFirst());
              });
      creations.begin(PODS / 4);
      await("all are answered for good").until(creations::areSettled);

      assertThat(creations.begun()).isGreaterThan(PODS / 2);
      assertThat(creations.answers())
          .allSatisfy(
              answer ->
                  assertThat(answer.outcome())
                      .as(answer.toString())
                      .isEqualTo(
                          answer.kind() == Creations.Kind.BYPASS
                              ? Outcome.REFUSED
                              : Outcome.CREATED));
    }
  }

  private static Answer evict(String pod) {
    return Kubectl.with(
        """
        {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "%s", "namespace": "sluice-system"}}
        """
            .formatted(pod),
        "create",
        "--raw",
        "/api/v1/namespaces/sluice-system/pods/%s/eviction".formatted(pod),
        "-f",
        "-");
  }

  private static List<String> events() {
    return StreamSupport.stream(
            Kubectl.get(
                    "events",
                    "-n",
                    GOVERNED,
                    "--field-selector",
                    "involvedObject.kind=ReplicaSet,reason=FailedCreate")
                .path("items")
                .spliterator(),
            false)
        .map(event -> event.path("message").asText())
        .toList();
  }

  private static String pod(String name) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      terminationGracePeriodSeconds: 0
      securityContext: {runAsUser: 65532, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: one
        image: localhost/sluice/busybox:1
        imagePullPolicy: IfNotPresent
        command: [sleep, "600"]
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    """
        .formatted(name);
  }
}

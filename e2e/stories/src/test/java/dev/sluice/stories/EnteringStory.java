package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Command;
import dev.sluice.stories.stage.Command.Answer;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.LocalNode;
import dev.sluice.stories.stage.Team;
import dev.sluice.stories.stage.WebhookPods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who enters a pod that holds a grant is let in, recorded by name, or refused, as the policy says.
 * Into the gate gets nobody.
 */
class EnteringStory {
  private static final String NAMESPACE = "story-entering";
  private static final String SECRET_WORD = "word-that-nobody-records";

  private static Team team = Team.newTeam(NAMESPACE);
  private static String pod = "";

  @BeforeAll
  static void people() {
    pod = Kubectl.path("{.items[0].metadata.name}", "pods", "-n", NAMESPACE, "-l", "app=console");
    Kubectl.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: enters, namespace: %1$s}
        rules:
        - {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
        - {apiGroups: [""], resources: [pods/exec, pods/attach, pods/portforward], verbs: [get, create]}
        - {apiGroups: [""], resources: [pods/ephemeralcontainers], verbs: [patch, update]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: enters, namespace: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: enters}
        subjects:
        - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: entering}
        """
            .formatted(NAMESPACE));
  }

  @AfterAll
  static void tidy() {
    Kubectl.run("delete", "enforcementpolicy", NAMESPACE, "--ignore-not-found").required();
    Kubectl.applyFile("e2e/demo/enforcement-policy.yaml");
    team.close();
  }

  @Test
  void allowedIsLetInAndNotTold() {
    exec("Allow", "Allow");
    try {
      await("the policy").untilAsserted(() -> assertThat(enter("waiting").isSuccess()).isTrue());
      await("silence")
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                var person = "allowed-%d".formatted(System.nanoTime());
                enter(person).required();
                // A line that comes later is there: had there been one of this person, too.
                refusedPortForward("later-than-" + person);
                await("the line").until(() -> webhookLog().contains("later-than-" + person));
                return !webhookLog().contains("by " + person);
              });
    } finally {
      exec("", "Record");
    }
  }

  @Test
  void recordedIsLetInAndToldByName() {
    exec("", "Record");
    enter("enters").required();
    await("exec").untilAsserted(() -> assertRecorded("enters", "let through", "exec"));
    assertThat(webhookLog()).doesNotContain(SECRET_WORD);

    var attached = start("attaches", "attach", pod, "-c", "console");
    try {
      await("attach").untilAsserted(() -> assertToldInTheLog("attaches", "let through", "attach"));
    } finally {
      attached.destroy();
    }
    // The API server writes about a session when it has ended.
    await("attach").untilAsserted(() -> assertRecorded("attaches", "let through", "attach"));

    debug("debugs", "console").required();
    await("debug").untilAsserted(() -> assertRecorded("debugs", "let through", "debug"));
  }

  @Test
  void refusedIsRefusedWithTheReasonAndToldByName() {
    exec("", "Refuse");
    try {
      await("the policy")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(enter("waits").isSuccess()).isFalse());
      for (var refused :
          List.of(
              enter("kept-out"),
              as("kept-out", "attach", pod, "-c", "console"),
              debug("kept-out", "console"))) {
        assertThat(refused.isSuccess()).isFalse();
        assertThat(refused.errors())
            .contains("kept-out")
            .contains("access orders")
            .contains("EnforcementPolicy " + NAMESPACE);
      }
      await("told").untilAsserted(() -> assertRecorded("kept-out", "refused", "exec"));
      assertThat(
              Kubectl.path("{.spec.ephemeralContainers[*].command}", "pod", pod, "-n", NAMESPACE))
          .doesNotContain("kept-out");
    } finally {
      exec("", "Record");
    }
  }

  /** Past every gate and every NetworkPolicy: the kubelet is the pod's neighbour. */
  @Test
  void databasesOwnPodIsEnteredAsThePolicySays() {
    // A governed database whose pod stands in the namespace; no server need run in it.
    Kubectl.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: own-db, namespace: %1$s}
        spec:
          selector: {app: own-db}
          ports: [{port: 5432}]
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: Database
        metadata: {name: own, namespace: %1$s}
        spec:
          engine: PostgreSQL
          endpoints: [{host: own-db.%1$s.svc, port: 5432}]
          database: own
          tls: {mode: Disable, insecureReason: nothing listens there}
          adminSecretRef: {name: own-db-admin}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: own-db, namespace: %1$s, labels: {app: own-db}}
        spec:
          terminationGracePeriodSeconds: 1
          securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
          containers:
          - name: postgres
            image: localhost/sluice/busybox:1
            imagePullPolicy: IfNotPresent
            command: [sleep, "3600"]
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        """
            .formatted(NAMESPACE));
    Kubectl.run("-n", NAMESPACE, "wait", "--for=condition=Ready", "pod/own-db", "--timeout=60s")
        .required();
    exec("", "Refuse");
    try {
      await("exec").untilAsserted(() -> assertKeptOut("exec", "own-db", "--", "true"));
      assertKeptOut("port-forward", "pod/own-db", ":5432");
    } finally {
      exec("", "Record");
    }
    await("exec").until(() -> as("operates", "exec", "own-db", "--", "true").isSuccess());
    await("told")
        .untilAsserted(
            () ->
                assertThat(webhookLog().lines())
                    .anySatisfy(
                        line ->
                            assertThat(line)
                                .contains("Pod %s/own-db by operates: let thr".formatted(NAMESPACE))
                                .contains("Database %s/own".formatted(NAMESPACE))));
  }

  private static void assertKeptOut(String... words) {
    var refused = as("kept-out", words);
    assertThat(refused.isSuccess()).isFalse();
    assertThat(refused.errors())
        .contains("SLU-W30")
        .contains("Database %s/own".formatted(NAMESPACE))
        .contains("EnforcementPolicy " + NAMESPACE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Allow", "Record", "Refuse"})
  void nobodyEntersTheGate(String mode) {
    exec(mode.equals("Allow") ? mode : "", mode);
    try {
      for (var refused :
          List.of(
              as("intruder", "exec", pod, "-c", "sluice-gate", "--", "id"),
              as("intruder", "attach", pod, "-c", "sluice-gate"),
              debug("intruder", "sluice-gate"),
              // Whatever port is named: 8080 is nobody's.
              as("intruder", "port-forward", "pod/" + pod, ":6432"),
              as("intruder", "port-forward", "pod/" + pod, ":8080"))) {
        assertThat(refused.isSuccess()).as(refused.line().toString()).isFalse();
        assertThat(refused.errors()).as(refused.line().toString()).contains("SLU-W07");
      }
      // An administrator does not either.
      var administrator =
          Kubectl.run("-n", NAMESPACE, "exec", pod, "-c", "sluice-gate", "--", "id");
      assertThat(administrator.errors()).contains("SLU-W07");
    } finally {
      exec("", "Record");
    }
  }

  /**
   * Says what becomes of entries.
   *
   * @param shops what the demo's policy says; empty: nothing, which is Record
   * @param own what this namespace's policy says
   */
  private static void exec(String shops, String own) {
    Kubectl.apply(policy("shops", "tier: shop", "Enforce", shops.isEmpty() ? "Record" : shops));
    Kubectl.apply(policy(NAMESPACE, "kubernetes.io/metadata.name: " + NAMESPACE, "Audit", own));
  }

  private static String policy(String name, String labels, String mode, String exec) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: EnforcementPolicy
    metadata: {name: %s}
    spec:
      namespaces: {matchLabels: {%s}}
      mode: %s
      exec: %s
    """
        .formatted(name, labels, mode, exec);
  }

  private static Answer enter(String person) {
    return as(person, "exec", pod, "-c", "console", "--", "echo", SECRET_WORD);
  }

  private static Answer debug(String person, String target) {
    return as(
        person,
        "debug",
        pod,
        "--profile=restricted",
        "--image=localhost/sluice/busybox:1",
        "--image-pull-policy=IfNotPresent",
        "--target=" + target,
        "--",
        "true",
        person);
  }

  private static void refusedPortForward(String person) {
    assertThat(as(person, "port-forward", "pod/" + pod, ":8080").isSuccess()).isFalse();
  }

  private static Answer as(String person, String... words) {
    return Kubectl.run(line(person, words).skip(1).toArray(String[]::new));
  }

  private static Process start(String person, String... words) {
    try {
      return Command.start(Map.of(), line(person, words).toList()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> line(String person, String... words) {
    return Stream.concat(
        Stream.of(Kubectl.program(), "--as", person, "--as-group", "entering", "-n", NAMESPACE),
        Stream.of(words));
  }

  /** In the webhook's log, and in the API server's audit log where that can be read. */
  private static void assertRecorded(String person, String outcome, String way) {
    assertToldInTheLog(person, outcome, way);
    if (LocalNode.isUsed()) {
      assertThat(LocalNode.auditLog().lines().filter(line -> line.contains(NAMESPACE)))
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains("\"impersonatedUser\":{\"username\":\"%s\"".formatted(person))
                      .contains(pod)
                      .containsPattern(
                          outcome.equals("refused")
                              ? "sluice.dev/refused\":\"[^\"]*SLU-W"
                              : "sluice.dev/audited\":\"[^\"]*SLU-W")
                      .contains(way));
    }
  }

  private static void assertToldInTheLog(String person, String outcome, String way) {
    assertThat(webhookLog().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("Pod %s/%s by %s: %s".formatted(NAMESPACE, pod, person, outcome))
                    .contains(way));
  }

  private static String webhookLog() {
    return Objects.requireNonNull(
        Kubectl.run(
                "-n",
                "sluice-system",
                "logs",
                "-l",
                WebhookPods.SELECTOR,
                "--tail=2000",
                "--since=10m")
            .required()
            .output());
  }
}

package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Command.Answer;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The fourth wall: the network brings nobody but gated pods to the database, not even from a
 * namespace where nothing is enforced.
 */
class NetworkStory {
  private static final String NAMESPACE = "story-network";

  @BeforeAll
  static void stranger() {
    Team.shop();
    Kubectl.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: stranger, namespace: %1$s}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: psql
            image: localhost/sluice/python-psycopg:dev
            imagePullPolicy: IfNotPresent
            args: [sleep, infinity]
        """
            .formatted(NAMESPACE));
    Kubectl.await("condition=Ready", "pod/stranger", "-n", NAMESPACE);
  }

  @AfterAll
  static void tidy() {
    Kubectl.run("delete", "namespace", NAMESPACE, "--wait=false").required();
  }

  @Test
  void podWithoutAGateIsNotLetThrough() {
    await("the network's answer")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(connect("orders-db.databases.svc").errors())
                    .contains("timeout expired"));
  }

  @Test
  void gatedPodIs() {
    assertThat(Team.shop().query("SELECT 7")).isEqualTo("7");
  }

  private static Answer connect(String host) {
    return Kubectl.run(
        "-n",
        NAMESPACE,
        "exec",
        "stranger",
        "--",
        "env",
        "PGCONNECT_TIMEOUT=3",
        "psql",
        "-X",
        "-h",
        host,
        "-U",
        "shop_admin",
        "-c",
        "SELECT 1",
        "shop");
  }
}

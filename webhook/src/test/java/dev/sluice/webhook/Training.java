package dev.sluice.webhook;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Runs a webhook as a process, which a real API server asks about pods, and ends it: for the AOT
 * cache, which remembers what was needed. Arguments are the command that starts the webhook.
 */
final class Training {
  /** Enough for all that a review takes to have been linked. */
  private static final int PODS = 150;

  private static final Duration START = Duration.ofMinutes(2);

  private Training() {}

  public static void main(String[] command) throws Exception {
    AdmissionCluster cluster = new AdmissionCluster();
    Map<String, String> settings = cluster.start();
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    Map<String, String> environment = builder.environment();
    environment.put("KUBECONFIG", Objects.requireNonNull(System.getProperty("kubeconfig")));
    environment.put("QUARKUS_HTTP_SSL_PORT", setting(settings, "quarkus.http.test-ssl-port"));
    String health = setting(settings, "quarkus.management.test-port");
    environment.put("QUARKUS_MANAGEMENT_PORT", health);
    environment.put("SLUICE_TLS_DIRECTORY", setting(settings, "sluice.tls-directory"));
    environment.put("SLUICE_GATE_IMAGE", setting(settings, "sluice.gate.image"));
    environment.put("SLUICE_CREDENTIAL_SCAN", setting(settings, "sluice.credential-scan"));
    environment.put("SLUICE_SCAN_NAMESPACES", setting(settings, "sluice.scan-namespaces"));
    Process webhook = builder.start();
    int ended;
    try {
      awaitReady(URI.create("http://127.0.0.1:%s/q/health/ready".formatted(health)), webhook);
      Config config =
          Config.fromKubeconfig(Path.of(setting(settings, AdmissionCluster.KUBECONFIG)).toFile());
      try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
        work(client);
      }
    } finally {
      webhook.destroy();
      if (!webhook.waitFor(120, TimeUnit.SECONDS)) {
        webhook.destroyForcibly();
      }
      ended = webhook.waitFor();
      cluster.stop();
    }
    // 143: ended by the signal, as it should.
    System.exit(ended == 143 ? 0 : 1);
  }

  private static String setting(Map<String, String> settings, String name) {
    return Objects.requireNonNull(settings.get(name), name);
  }

  /** Pods that are given a gate, and pods that are refused. */
  private static void work(KubernetesClient client) {
    for (int number = 0; number < PODS; number++) {
      PodBuilder pod = AdmissionScenario.pod();
      create(client, pod);
      create(
          client,
          pod.editSpec()
              .editFirstContainer()
              .addNewEnv()
              .withName("PGHOST")
              .withValue("orders-db.databases.svc")
              .endEnv()
              .endContainer()
              .endSpec());
    }
  }

  private static void create(KubernetesClient client, PodBuilder pod) {
    try {
      client.resource(pod.build()).dryRun().create();
    } catch (KubernetesClientException _) {
      // Some are to be refused.
    }
  }

  private static void awaitReady(URI ready, Process webhook) {
    await("the webhook is ready").atMost(START).until(() -> !webhook.isAlive() || answers(ready));
    if (!webhook.isAlive()) {
      throw new IllegalStateException("the webhook ended before it was ready");
    }
  }

  private static boolean answers(URI ready) {
    try {
      return ((HttpURLConnection) ready.toURL().openConnection()).getResponseCode() == 200;
    } catch (IOException _) {
      // Not listening yet.
      return false;
    }
  }
}

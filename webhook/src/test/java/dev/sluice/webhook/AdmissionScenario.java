package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.ClusterIndex;
import dev.sluice.fixtures.Patience;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.arc.Arc;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Pods that are sent to a real API server with the chart's webhooks. */
abstract class AdmissionScenario {
  private static final AtomicInteger NAMES = new AtomicInteger();

  KubernetesClient client;

  @BeforeEach
  void connect() {
    Path kubeconfig = ConfigProvider.getConfig().getValue(AdmissionCluster.KUBECONFIG, Path.class);
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
            .withRequestRetryBackoffLimit(0)
            .withRequestTimeout(60_000)
            .build();
    client = new KubernetesClientBuilder().withConfig(config).build();
    await()
        .atMost(Patience.LONGEST)
        .until(() -> index().missing().isEmpty() && !index().databases().isEmpty());
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  static ClusterIndex index() {
    return Arc.container().instance(ClusterIndex.class).get();
  }

  static String refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    KubernetesClientException refused =
        catchThrowableOfType(KubernetesClientException.class, action);
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.getCode()).isIn(403, 422);
    return refused.getStatus().getMessage();
  }

  static PodBuilder pod() {
    Pod pod =
        Serialization.unmarshal(
            AdmissionCluster.read(Path.of("src/test/resources/cluster/pod.yaml")), Pod.class);
    return new PodBuilder(pod).editMetadata().withName(name()).endMetadata();
  }

  static String name() {
    return "shop-api-" + NAMES.incrementAndGet();
  }
}

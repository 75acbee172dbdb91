package dev.sluice.operator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.cluster.CredentialScan;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.crds.EnforcementPolicyStatus;
import dev.sluice.fixtures.RealApiServer;
import dev.sluice.policy.workload.GateSettings;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a look writes into a status must not be what the next one begins for. */
class ScanTriggerTest {
  @Test
  void aChangedSpecIsToldAndAChangedStatusIsNot() {
    // A server of its own: what other tests leave behind would be told, too.
    try (RealApiServer cluster = RealApiServer.start()) {
      look(cluster, cluster.client());
    }
  }

  private static void look(RealApiServer cluster, KubernetesClient client) {
    ClusterIndex index =
        new ClusterIndex(
            client,
            new ClusterSettings(
                Set.of(),
                "cluster.local",
                new GateSettings("", "", "", new ResourceRequirements(), "64Mi"),
                CredentialScan.OFF,
                null));
    AtomicInteger told = new AtomicInteger();
    String name = cluster.newNamespace("trigger");
    apply(client, name, "Audit");
    index.start();
    try {
      Awaitility.await().until(() -> index.missing().isEmpty());
      index.onChange(told::incrementAndGet);

      EnforcementPolicy policy = client.resources(EnforcementPolicy.class).withName(name).require();
      policy.setStatus(new EnforcementPolicyStatus(List.of(), 1L, 7, null));
      client.resource(policy).updateStatus();
      Awaitility.await()
          .until(
              () ->
                  index.policies().stream()
                      .filter(each -> each.getMetadata().getName().equals(name))
                      .anyMatch(each -> each.getStatus() != null));
      assertThat(told).hasValue(0);

      apply(client, name, "Warn");
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> told.get() == 1);
    } finally {
      index.stop();
    }
  }

  private static void apply(KubernetesClient client, String name, String mode) {
    EnforcementPolicy policy =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: sluice.dev/v1alpha1
                kind: EnforcementPolicy
                metadata: {name: %1$s}
                spec: {namespaces: {matchLabels: {kubernetes.io/metadata.name: %1$s}}, mode: %2$s}
                """
                    .formatted(name, mode),
                EnforcementPolicy.class);
    client.resource(policy).fieldManager("test").forceConflicts().serverSideApply();
  }
}

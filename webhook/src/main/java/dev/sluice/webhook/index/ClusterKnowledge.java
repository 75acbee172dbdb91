package dev.sluice.webhook.index;

import dev.sluice.cluster.ClusterContexts;
import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.cluster.ReferencedContents;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.webhook.WebhookSettings;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;

/** What the webhook knows of the cluster, by its settings. */
@ApplicationScoped
class ClusterKnowledge {
  void start(@Observes StartupEvent event, ClusterIndex index) {
    index.start();
  }

  void stop(@Observes ShutdownEvent event, ClusterIndex index) {
    index.stop();
  }

  @Produces
  @Singleton
  ClusterSettings settings(WebhookSettings settings, KubernetesSerialization serialization) {
    Set<String> exempt = new HashSet<>(settings.exemptNamespaces());
    exempt.add(settings.namespace());
    return new ClusterSettings(
        exempt,
        settings.clusterDomain(),
        gate(settings, serialization),
        settings.credentialScan(),
        settings.scanNamespaces().orElse(null));
  }

  @Produces
  @Singleton
  ClusterIndex index(KubernetesClient client, ClusterSettings settings) {
    return new ClusterIndex(client, settings);
  }

  @Produces
  @Singleton
  ClusterContexts contexts(ClusterIndex index, ClusterSettings settings, Clock clock) {
    return new ClusterContexts(index, settings, clock);
  }

  @Produces
  @Singleton
  ReferencedContents contents(KubernetesClient client, ClusterSettings settings) {
    return new ReferencedContents(client, settings);
  }

  private static GateSettings gate(
      WebhookSettings settings, KubernetesSerialization serialization) {
    WebhookSettings.Gate gate = settings.gate();
    return new GateSettings(
        gate.image(),
        gate.pullPolicy(),
        settings
            .control()
            .orElseGet(() -> "https://sluice-operator.%s.svc:8443".formatted(settings.namespace())),
        serialization.unmarshal(gate.resources(), ResourceRequirements.class),
        gate.spoolSize());
  }
}

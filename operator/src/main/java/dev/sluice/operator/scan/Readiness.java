package dev.sluice.operator.scan;

import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks a workload whether all of its pods are there and ready. */
final class Readiness {
  private final KubernetesClient client;

  Readiness(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Whether all pods of a workload are ready and none is just being replaced.
   *
   * @return null for a kind that does not tell
   */
  @Nullable Boolean isReady(WorkloadName workload) {
    String namespace = workload.namespace();
    String name = workload.name();
    return switch (workload.kind()) {
      case "Deployment" -> {
        var found = client.apps().deployments().inNamespace(namespace).withName(name).get();
        if (found == null || found.getStatus() == null) {
          yield false;
        }
        DeploymentStatus status = found.getStatus();
        int wanted = Objects.requireNonNullElse(found.getSpec().getReplicas(), 1);
        yield Objects.equals(status.getObservedGeneration(), found.getMetadata().getGeneration())
            && number(status.getReplicas()) == wanted
            && number(status.getUpdatedReplicas()) == wanted
            && number(status.getReadyReplicas()) == wanted;
      }
      case "StatefulSet" -> {
        var found = client.apps().statefulSets().inNamespace(namespace).withName(name).get();
        if (found == null || found.getStatus() == null) {
          yield false;
        }
        StatefulSetStatus status = found.getStatus();
        int wanted = Objects.requireNonNullElse(found.getSpec().getReplicas(), 1);
        yield Objects.equals(status.getObservedGeneration(), found.getMetadata().getGeneration())
            && number(status.getReplicas()) == wanted
            && number(status.getReadyReplicas()) == wanted;
      }
      case "DaemonSet" -> {
        var found = client.apps().daemonSets().inNamespace(namespace).withName(name).get();
        if (found == null || found.getStatus() == null) {
          yield false;
        }
        DaemonSetStatus status = found.getStatus();
        yield Objects.equals(status.getObservedGeneration(), found.getMetadata().getGeneration())
            && number(status.getNumberReady()) == number(status.getDesiredNumberScheduled());
      }
      case "ReplicaSet" -> {
        var found = client.apps().replicaSets().inNamespace(namespace).withName(name).get();
        if (found == null || found.getStatus() == null) {
          yield false;
        }
        int wanted = Objects.requireNonNullElse(found.getSpec().getReplicas(), 1);
        yield number(found.getStatus().getReadyReplicas()) == wanted;
      }
      default -> null;
    };
  }

  private static int number(@Nullable Integer number) {
    return number == null ? 0 : number;
  }
}

package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What decides about a pod, or about the pods that a template makes.
 *
 * @param labels the pod's labels
 * @param annotations the pod's annotations
 * @param spec the pod's specification; it is read and never changed here
 */
public record PodParts(Map<String, String> labels, Map<String, String> annotations, PodSpec spec) {
  /** Immutable copies of the maps. */
  public PodParts {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /**
   * From an object's parts, any of which may be absent.
   *
   * @param metadata the pod's or template's metadata
   * @param spec the pod's specification
   */
  public static PodParts of(@Nullable ObjectMeta metadata, @Nullable PodSpec spec) {
    return new PodParts(
        metadata == null ? Map.of() : Objects.requireNonNullElse(metadata.getLabels(), Map.of()),
        metadata == null
            ? Map.of()
            : Objects.requireNonNullElse(metadata.getAnnotations(), Map.of()),
        spec == null ? new PodSpec() : spec);
  }

  /**
   * The pod that an object is, or the pods that its template makes.
   *
   * @param object an object as it was submitted, or nothing
   * @return empty where it is of another kind, or has no template
   */
  public static Optional<PodParts> in(@Nullable Object object) {
    return switch (object) {
      case Pod pod -> Optional.of(of(pod.getMetadata(), pod.getSpec()));
      case Deployment it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case StatefulSet it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case DaemonSet it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case ReplicaSet it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case ReplicationController it when it.getSpec() != null ->
          template(it.getSpec().getTemplate());
      case Job it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case CronJob it when it.getSpec() != null && it.getSpec().getJobTemplate() != null ->
          it.getSpec().getJobTemplate().getSpec() == null
              ? Optional.empty()
              : template(it.getSpec().getJobTemplate().getSpec().getTemplate());
      case null -> Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<PodParts> template(@Nullable PodTemplateSpec template) {
    return template == null
        ? Optional.empty()
        : Optional.of(of(template.getMetadata(), template.getSpec()));
  }

  /** The name of the service account that the pod runs as. */
  public String serviceAccount() {
    String name = spec.getServiceAccountName();
    if (name == null || name.isEmpty()) {
      name = spec.getServiceAccount();
    }
    return name == null || name.isEmpty() ? "default" : name;
  }
}

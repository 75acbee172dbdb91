package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Map;
import java.util.Objects;
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

  /** The name of the service account that the pod runs as. */
  public String serviceAccount() {
    String name = spec.getServiceAccountName();
    if (name == null || name.isEmpty()) {
      name = spec.getServiceAccount();
    }
    return name == null || name.isEmpty() ? "default" : name;
  }
}

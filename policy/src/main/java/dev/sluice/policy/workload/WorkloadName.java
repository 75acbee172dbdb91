package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/**
 * A workload by kind and name.
 *
 * @param kind such as {@code Deployment}
 * @param namespace its namespace
 * @param name its name; of an object that the API server is still to name, the beginning with an
 *     asterisk, such as {@code shop-api-*}
 */
public record WorkloadName(String kind, String namespace, String name) {
  /**
   * The name of an object.
   *
   * @param object the object
   * @param namespace its namespace, which it need not tell itself
   */
  public static WorkloadName of(HasMetadata object, String namespace) {
    ObjectMeta metadata = object.getMetadata();
    String name = metadata.getName();
    if (name == null || name.isEmpty()) {
      name = metadata.getGenerateName() == null ? "*" : metadata.getGenerateName() + "*";
    }
    return new WorkloadName(object.getKind(), namespace, name);
  }

  /** {@code Deployment shop/api}. */
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}

package dev.sluice.policy.workload;

/**
 * A workload by kind and name.
 *
 * @param kind such as {@code Deployment}
 * @param namespace its namespace
 * @param name its name; of an object that the API server is still to name, the beginning with an
 *     asterisk, such as {@code shop-api-*}
 */
public record WorkloadName(String kind, String namespace, String name) {
  /** {@code Deployment shop/api}. */
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}

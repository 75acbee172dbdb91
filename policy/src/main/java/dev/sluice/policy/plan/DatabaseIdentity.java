package dev.sluice.policy.plan;

import java.util.Map;

/**
 * Which Database.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID: another resource of the same name is another Database
 * @param labels its labels, which policies select by
 */
public record DatabaseIdentity(
    String namespace, String name, String uid, Map<String, String> labels) {
  /** An immutable copy. */
  public DatabaseIdentity {
    labels = Map.copyOf(labels);
  }

  /** {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}

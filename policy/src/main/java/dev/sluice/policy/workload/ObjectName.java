package dev.sluice.policy.workload;

/**
 * A namespaced object by name; the kind follows from where it stands.
 *
 * @param namespace its namespace
 * @param name its name
 */
public record ObjectName(String namespace, String name) implements Comparable<ObjectName> {
  @Override
  public int compareTo(ObjectName other) {
    int namespaces = namespace.compareTo(other.namespace);
    return namespaces != 0 ? namespaces : name.compareTo(other.name);
  }

  /** {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}

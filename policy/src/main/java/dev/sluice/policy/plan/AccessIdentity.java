package dev.sluice.policy.plan;

import java.time.Instant;
import java.util.Map;

/**
 * Which DatabaseAccess.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID: another resource of the same name is another access
 * @param createdAt its creation
 */
public record AccessIdentity(String namespace, String name, String uid, Instant createdAt) {
  /**
   * What conditions on rows may name of its sessions, as {@code session.namespace}.
   *
   * @param purpose the purpose of the access
   */
  Map<String, String> attributes(String purpose) {
    return Map.of("namespace", namespace, "access", name, "purpose", purpose);
  }

  /** {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}

package dev.sluice.policy.plan;

import java.time.Instant;

/**
 * Which DatabaseAccess.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID: another resource of the same name is another access
 * @param createdAt its creation
 */
public record AccessIdentity(String namespace, String name, String uid, Instant createdAt) {
  /** {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}

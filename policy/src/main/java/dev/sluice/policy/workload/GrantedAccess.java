package dev.sluice.policy.workload;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A DatabaseAccess of the workload's namespace.
 *
 * @param name its name
 * @param database the Database that it is for
 * @param serviceAccounts the names of its subjects
 * @param expiresAt when it ends; absent: never
 */
public record GrantedAccess(
    String name, ObjectName database, Set<String> serviceAccounts, @Nullable Instant expiresAt) {
  /** An immutable copy. */
  public GrantedAccess {
    serviceAccounts = Set.copyOf(serviceAccounts);
  }
}

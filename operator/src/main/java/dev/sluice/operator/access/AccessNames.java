package dev.sluice.operator.access;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessSpec.Subject;
import dev.sluice.policy.plan.AccessIdentity;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** How an access is named in the other rooms. */
public final class AccessNames {
  private AccessNames() {}

  /**
   * {@code namespace/name}.
   *
   * @param access the access
   */
  public static String key(DatabaseAccess access) {
    return namespace(access) + "/" + access.getMetadata().getName();
  }

  /**
   * Its identity.
   *
   * @param access an access that the API server has stored
   */
  public static AccessIdentity identity(DatabaseAccess access) {
    return new AccessIdentity(
        namespace(access),
        access.getMetadata().getName(),
        access.getMetadata().getUid(),
        Instant.parse(access.getMetadata().getCreationTimestamp()));
  }

  static String namespace(DatabaseAccess access) {
    return Objects.requireNonNullElse(access.getMetadata().getNamespace(), "");
  }

  /**
   * The service accounts that may use it.
   *
   * @param access an access that the API server has stored
   */
  public static Set<String> serviceAccounts(DatabaseAccess access) {
    return Objects.requireNonNull(access.getSpec()).subjects().stream()
        .map(Subject::name)
        .collect(Collectors.toUnmodifiableSet());
  }
}

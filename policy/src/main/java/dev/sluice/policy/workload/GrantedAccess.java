package dev.sluice.policy.workload;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessSpec;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** What a resource says. */
  public static GrantedAccess of(DatabaseAccess access) {
    DatabaseAccessSpec spec = access.getSpec();
    DatabaseAccessSpec.DatabaseReference reference = spec.databaseRef();
    return new GrantedAccess(
        access.getMetadata().getName(),
        new ObjectName(
            Objects.requireNonNullElse(reference.namespace(), access.getMetadata().getNamespace()),
            reference.name()),
        spec.subjects().stream()
            .filter(subject -> subject.kind() == DatabaseAccessSpec.SubjectKind.ServiceAccount)
            .map(DatabaseAccessSpec.Subject::name)
            .collect(Collectors.toSet()),
        spec.expiresAt() == null ? null : spec.expiresAt().toInstant());
  }
}

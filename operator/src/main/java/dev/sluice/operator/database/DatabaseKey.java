package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessSpec.DatabaseReference;
import dev.sluice.policy.plan.DatabaseIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;
import java.util.Objects;

/**
 * Which Database.
 *
 * @param namespace its namespace
 * @param name its name
 */
public record DatabaseKey(String namespace, String name) {
  /**
   * The key of a Database.
   *
   * @param database the Database
   */
  public static DatabaseKey of(Database database) {
    return new DatabaseKey(
        Objects.requireNonNullElse(database.getMetadata().getNamespace(), ""),
        database.getMetadata().getName());
  }

  /**
   * The Database that an access refers to.
   *
   * @param access the access
   */
  public static DatabaseKey of(DatabaseAccess access) {
    DatabaseReference reference = access.getSpec().databaseRef();
    return new DatabaseKey(
        Objects.requireNonNullElseGet(reference.namespace(), () -> namespace(access)),
        reference.name());
  }

  /** As the SDK names it. */
  public ResourceID resource() {
    return new ResourceID(name, namespace);
  }

  /** {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }

  private static String namespace(HasMetadata resource) {
    return Objects.requireNonNullElse(resource.getMetadata().getNamespace(), "");
  }

  /** The Database as policies and plans know it. */
  public static DatabaseIdentity identity(Database database) {
    DatabaseKey key = of(database);
    Map<String, String> labels = database.getMetadata().getLabels();
    return new DatabaseIdentity(
        key.namespace(),
        key.name(),
        database.getMetadata().getUid(),
        labels == null ? Map.of() : labels);
  }
}

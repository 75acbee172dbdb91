package dev.sluice.operator.access;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseStatus;
import dev.sluice.operator.condition.Conditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which changes of other resources matter to an access. */
final class AccessTriggers {
  private AccessTriggers() {}

  /** The spec or the labels changed, it became ready or ceased to be, or it is being deleted. */
  static boolean database(Database now, Database before) {
    return spec(now, before)
        || labels(now, before)
        || !Objects.equals(version(now), version(before))
        || isReady(now) != isReady(before);
  }

  /** The spec changed, or it is being deleted. */
  static boolean spec(HasMetadata now, HasMetadata before) {
    return !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(
            now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp());
  }

  /** The labels changed. */
  static boolean labels(HasMetadata now, HasMetadata before) {
    return !Objects.equals(now.getMetadata().getLabels(), before.getMetadata().getLabels());
  }

  /** Whether it says of its present spec that it is ready. */
  static boolean isReady(Database database) {
    DatabaseStatus status = database.getStatus();
    return status != null
        && Conditions.areReady(status.conditions(), database.getMetadata().getGeneration());
  }

  private static @Nullable String version(Database database) {
    DatabaseStatus status = database.getStatus();
    return status == null ? null : status.serverVersion();
  }
}

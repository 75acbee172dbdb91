package dev.sluice.operator.database;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;

/** When a deletion no longer waits. */
public final class Deletions {
  /** Why an access is not ready whose Database is being deleted. */
  public static final String DATABASE_DELETED = "DatabaseDeleted";

  private Deletions() {}

  /**
   * The end of the grace.
   *
   * @param resource a resource that is being deleted
   * @param grace how long its deletion may wait
   */
  public static Instant end(HasMetadata resource, Duration grace) {
    String since = resource.getMetadata().getDeletionTimestamp();
    return since == null ? Instant.MAX : Instant.parse(since).plus(grace);
  }
}

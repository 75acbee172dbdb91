package dev.sluice.crds;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator found of a database.
 *
 * @param conditions {@code Ready}, {@code Reachable}, {@code Governed}, by the kstatus convention
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param serverVersion the server's version, such as {@code 15.18}
 * @param accesses how many DatabaseAccess resources refer to it
 */
public record DatabaseStatus(
    @Nullable List<Condition> conditions,
    @Nullable Long observedGeneration,
    @Nullable String serverVersion,
    @Nullable Integer accesses) {
  /** Absent conditions become none. */
  public DatabaseStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}

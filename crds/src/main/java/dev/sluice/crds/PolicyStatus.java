package dev.sluice.crds;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator made of a policy.
 *
 * @param conditions {@code Ready} and its reasons, by the kstatus convention
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param databases how many Databases it applies to
 */
public record PolicyStatus(
    @Nullable List<Condition> conditions,
    @Nullable Long observedGeneration,
    @Nullable Integer databases) {
  /** Absent conditions become none. */
  public PolicyStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}

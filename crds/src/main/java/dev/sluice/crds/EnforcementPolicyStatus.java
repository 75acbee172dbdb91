package dev.sluice.crds;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator made of an enforcement policy.
 *
 * @param conditions {@code Ready} and its reasons, by the kstatus convention
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param namespaces how many namespaces it applies to
 */
public record EnforcementPolicyStatus(
    @Nullable List<Condition> conditions,
    @Nullable Long observedGeneration,
    @Nullable Integer namespaces) {
  /** Absent conditions become none. */
  public EnforcementPolicyStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}

package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
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
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PolicyStatus(
    @UniqueItems(by = "type")
        @JsonPropertyDescription("Ready, by the kstatus convention, with a reason.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that the conditions speak of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("How many Databases it applies to.") @Nullable Integer databases) {
  /** Absent conditions become none. */
  public PolicyStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}

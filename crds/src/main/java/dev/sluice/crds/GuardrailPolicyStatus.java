package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator made of a GuardrailPolicy.
 *
 * @param conditions {@code Ready} and its reasons, by the kstatus convention
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param databases how many Databases it applies to
 * @param inForce what gates obey: the last spec whose rules could all be read
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GuardrailPolicyStatus(
    @UniqueItems(by = "type")
        @JsonPropertyDescription("Ready, by the kstatus convention, with a reason.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that the conditions speak of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("How many Databases it applies to.") @Nullable Integer databases,
    @JsonPropertyDescription(
            "What gates obey: the last spec whose rules could all be read. It is another one than"
                + " spec while Ready is False because a rule cannot be read.")
        @Nullable InForce inForce) {
  /** Absent conditions become none. */
  public GuardrailPolicyStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /**
   * A spec that was taken.
   *
   * @param generation the generation that it had
   * @param spec it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record InForce(
      @JsonPropertyDescription("The generation of the policy that had it.")
          @Nullable Long generation,
      @JsonPropertyDescription("The spec as it was then.") @Nullable GuardrailPolicySpec spec) {}
}

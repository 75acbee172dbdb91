package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator made of a grant.
 *
 * @param conditions {@code Ready} and its reasons, by the kstatus convention
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param role the group role in the database that sessions run as
 * @param bundleRevision the revision of the bundle that gates are given
 * @param maskedColumns how many columns are masked
 * @param masks why each masked column is masked so; at most 100 entries
 * @param sessions how many gates hold a credential at present
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DatabaseAccessStatus(
    @UniqueItems(by = "type")
        @JsonPropertyDescription("Ready, by the kstatus convention, with a reason.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that the conditions speak of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("The role in the database that sessions run as.")
        @Nullable String role,
    @JsonPropertyDescription("The revision of what gates are given.")
        @Nullable String bundleRevision,
    @JsonPropertyDescription("How many of its columns are masked.") @Nullable Integer maskedColumns,
    @UniqueItems(by = "column")
        @JsonPropertyDescription("Which columns are masked and why; at most 100 of them.")
        @Nullable List<MaskedColumn> masks,
    @JsonPropertyDescription("How many gates hold a credential at present.")
        @Nullable Integer sessions) {
  /** Absent lists become empty ones. */
  public DatabaseAccessStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    masks = masks == null ? List.of() : List.copyOf(masks);
  }

  /**
   * One masked column.
   *
   * @param column {@code schema.table.column}
   * @param mask the type of mask
   * @param policy the MaskingPolicy that asks for it
   */
  public record MaskedColumn(
      @Required @JsonPropertyDescription("The column as schema.table.column.") String column,
      @Required @JsonPropertyDescription("The type of mask.") String mask,
      @Required @JsonPropertyDescription("The MaskingPolicy that asks for it.") String policy) {}
}

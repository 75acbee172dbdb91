package dev.sluice.crds;

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
public record DatabaseAccessStatus(
    @Nullable List<Condition> conditions,
    @Nullable Long observedGeneration,
    @Nullable String role,
    @Nullable String bundleRevision,
    @Nullable Integer maskedColumns,
    @Nullable List<MaskedColumn> masks,
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
  public record MaskedColumn(String column, String mask, String policy) {}
}

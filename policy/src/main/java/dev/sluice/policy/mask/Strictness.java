package dev.sluice.policy.mask;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;
import java.util.Comparator;
import java.util.List;

/**
 * Which mask a column gets when several rules speak of it: the strictest, which lets through no
 * more than any of them would.
 *
 * <p>From the strictest to the mildest, with what each lets through of a value that is not NULL:
 *
 * <ol>
 *   <li>{@code Nullify}: nothing
 *   <li>{@code Constant}: that there is a value
 *   <li>{@code Hash}: which values are equal
 *   <li>{@code Token}: which values are equal, and their shape
 *   <li>{@code Email} (equality and the domain), {@code KeepFirst}, {@code KeepLast} (length and
 *       some characters), {@code DateTrunc} (the year or month)
 * </ol>
 *
 * <p>On the last step, fewer characters are stricter than more, and the year than the month. Two
 * different types of that step are incomparable: each lets through what the other hides, so the
 * answer is {@code Token}, the mildest mask that is stricter than both, or {@code Nullify} where a
 * token does not fit the type. Of equally strict ones, the one of the first policy by name is
 * taken.
 */
public final class Strictness {
  private Strictness() {}

  /**
   * The strictest of several.
   *
   * @param candidates at least one; each fits the type
   * @param type the column's type
   * @return one of them, or a stricter one where the strictest are incomparable
   */
  public static MaskPlan strictest(List<MaskPlan> candidates, ColumnType type) {
    List<MaskPlan> sorted =
        candidates.stream()
            .sorted(
                Comparator.<MaskPlan>comparingInt(plan -> step(plan.mask()))
                    .thenComparingInt(plan -> revealed(plan.mask()))
                    .thenComparing(MaskPlan::policy)
                    .thenComparing(MaskPlan::reason))
            .toList();
    MaskPlan first = sorted.getFirst();
    if (step(first.mask()) < LAST_STEP) {
      return first;
    }
    for (MaskPlan other : sorted) {
      if (!other.mask().type().equals(first.mask().type())) {
        Mask token = new Mask.Token();
        Mask meet = MaskFit.problem(token, type) == null ? token : new Mask.Nullify();
        return new MaskPlan(
            meet,
            first.policy().compareTo(other.policy()) <= 0 ? first.policy() : other.policy(),
            "%s (%s) and %s (%s) both apply, and each shows what the other hides: %s shows neither"
                .formatted(
                    first.mask().type(),
                    first.reason(),
                    other.mask().type(),
                    other.reason(),
                    meet.type()));
      }
    }
    return first;
  }

  private static final int LAST_STEP = 4;

  private static int step(Mask mask) {
    return switch (mask) {
      case Mask.Nullify ignored -> 0;
      case Mask.Constant ignored -> 1;
      case Mask.Hash ignored -> 2;
      case Mask.Token ignored -> 3;
      case Mask.Email ignored -> LAST_STEP;
      case Mask.KeepFirst ignored -> LAST_STEP;
      case Mask.KeepLast ignored -> LAST_STEP;
      case Mask.DateTrunc ignored -> LAST_STEP;
    };
  }

  /** How much is let through, comparable within one type of mask. */
  private static int revealed(Mask mask) {
    return switch (mask) {
      case Mask.Nullify ignored -> 0;
      case Mask.Constant ignored -> 0;
      case Mask.Hash ignored -> 0;
      case Mask.Token ignored -> 0;
      case Mask.Email ignored -> 0;
      case Mask.KeepFirst keep -> keep.characters();
      case Mask.KeepLast keep -> keep.characters();
      case Mask.DateTrunc cut -> cut.to() == DateUnit.Year ? 0 : 1;
    };
  }
}

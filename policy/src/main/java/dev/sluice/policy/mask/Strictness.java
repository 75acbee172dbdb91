package dev.sluice.policy.mask;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;
import dev.sluice.crds.MaskingPolicySpec.JsonValueMask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 *   <li>{@code Email}: equality and the domain; {@code KeepFirst}, {@code KeepLast}: length and
 *       some characters; {@code PostalCode}: shape and some characters; {@code DateTrunc}: the year
 *       or month; {@code DateShift}: equality, the date within some days, and of one subject what
 *       lies between its dates; {@code Bucket}: the number within a width; {@code Noise}: the
 *       number within some percent, and equality; {@code Network}: the network of an address;
 *       {@code JsonPaths}: everything that no path names, and what is kept of the rest; {@code
 *       JsonKeys}: keys, types and structure
 * </ol>
 *
 * <p>Of an array each lets through the number of its elements as well, but {@code Nullify}.
 *
 * <p>On the last step two masks of the same type can be compared: fewer characters are stricter
 * than more, the year than the month, more days, more percent and fewer bits than the contrary, a
 * width than those that divide it, paths than some of them. Two that cannot be compared each let
 * through what the other hides, so the answer is one that is stricter than both: of two networks
 * the fewer bits of each kind, of two sets of paths all of them, of all others {@code Token}, or
 * {@code Nullify} where a token does not fit the type. Of equally strict ones, the one of the first
 * policy by name is taken.
 */
public final class Strictness {
  private static final int LAST_STEP = 4;

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
                    .thenComparing(MaskPlan::policy)
                    .thenComparing(MaskPlan::reason))
            .toList();
    MaskPlan first = sorted.getFirst();
    if (step(first.mask()) < LAST_STEP) {
      return first;
    }
    MaskPlan strictest = first;
    for (MaskPlan other : sorted.subList(1, sorted.size())) {
      if (!hides(strictest.mask(), other.mask())) {
        strictest = hides(other.mask(), strictest.mask()) ? other : both(strictest, other, type);
      }
    }
    return strictest;
  }

  private static MaskPlan both(MaskPlan one, MaskPlan other, ColumnType type) {
    Mask meet = meet(one.mask(), other.mask(), type);
    return new MaskPlan(
        meet,
        one.policy().compareTo(other.policy()) <= 0 ? one.policy() : other.policy(),
        "%s (%s) and %s (%s) both apply, and each shows what the other hides: %s shows neither"
            .formatted(
                one.mask().type(),
                one.reason(),
                other.mask().type(),
                other.reason(),
                meet.type().equals(one.mask().type()) ? meet.type() + " of both" : meet.type()));
  }

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
      case Mask.DateShift ignored -> LAST_STEP;
      case Mask.Bucket ignored -> LAST_STEP;
      case Mask.Noise ignored -> LAST_STEP;
      case Mask.PostalCode ignored -> LAST_STEP;
      case Mask.Network ignored -> LAST_STEP;
      case Mask.JsonPaths ignored -> LAST_STEP;
      case Mask.JsonKeys ignored -> LAST_STEP;
    };
  }

  /** Whether a mask lets through no more than another one of the last step, or a stricter one. */
  private static boolean hides(Mask mask, Mask other) {
    return switch (mask) {
      case Mask.Nullify ignored -> true;
      case Mask.Constant ignored -> true;
      case Mask.Hash ignored -> true;
      case Mask.Token ignored -> true;
      case Mask.Email ignored -> other instanceof Mask.Email;
      case Mask.KeepFirst(int kept) ->
          other instanceof Mask.KeepFirst(int others) && kept <= others;
      case Mask.KeepLast(int kept) -> other instanceof Mask.KeepLast(int others) && kept <= others;
      case Mask.DateTrunc(DateUnit to) ->
          other instanceof Mask.DateTrunc(DateUnit others)
              && (to == DateUnit.Year || others == DateUnit.Month);
      case Mask.DateShift shift ->
          other instanceof Mask.DateShift others
              && shift.days() >= others.days()
              && Objects.equals(subject(shift), subject(others));
      case Mask.Bucket(long width) ->
          other instanceof Mask.Bucket(long others) && width % others == 0;
      case Mask.Noise(int percent) -> other instanceof Mask.Noise(int others) && percent >= others;
      case Mask.PostalCode(int digits) ->
          other instanceof Mask.PostalCode(int others) && digits <= others;
      case Mask.Network(int ipv4, int ipv6) ->
          other instanceof Mask.Network(int others4, int others6)
              && ipv4 <= others4
              && ipv6 <= others6;
      case Mask.JsonPaths(List<JsonPath> paths, JsonValueMask values) ->
          other instanceof Mask.JsonPaths(List<JsonPath> others, JsonValueMask othersValues)
              && paths.containsAll(others)
              && values.compareTo(othersValues) <= 0;
      case Mask.JsonKeys ignored -> other instanceof Mask.JsonKeys;
    };
  }

  private static @Nullable String subject(Mask.DateShift shift) {
    Mask.Subject subject = shift.subject();
    return subject == null ? null : subject.column();
  }

  /** A mask that is stricter than two that cannot be compared. */
  private static Mask meet(Mask one, Mask other, ColumnType type) {
    if (one instanceof Mask.Network(int ipv4, int ipv6)
        && other instanceof Mask.Network(int others4, int others6)) {
      return new Mask.Network(Math.min(ipv4, others4), Math.min(ipv6, others6));
    }
    if (one instanceof Mask.JsonPaths(List<JsonPath> paths, JsonValueMask values)
        && other instanceof Mask.JsonPaths(List<JsonPath> others, JsonValueMask othersValues)) {
      List<JsonPath> all = new ArrayList<>(paths);
      all.addAll(others);
      return new Mask.JsonPaths(all, values.compareTo(othersValues) <= 0 ? values : othersValues);
    }
    Mask token = new Mask.Token();
    return MaskFit.problem(token, type) == null ? token : new Mask.Nullify();
  }
}

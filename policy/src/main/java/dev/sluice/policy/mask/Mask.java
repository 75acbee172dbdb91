package dev.sluice.policy.mask;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;
import dev.sluice.crds.MaskingPolicySpec.JsonValueMask;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is shown in place of a column's value. Every mask keeps the type, and NULL stays NULL.
 *
 * <p>The names are those of {@link dev.sluice.crds.MaskingPolicySpec.MaskType}; what each lets
 * through, and so which is the stricter, stands with {@link Strictness}.
 */
public sealed interface Mask {

  /** The type as the API writes it, which is the record's name, such as {@code KeepLast}. */
  default String type() {
    return getClass().getSimpleName();
  }

  /** NULL for every row. */
  record Nullify() implements Mask {}

  /**
   * One value for every row.
   *
   * @param value in the text form of the column's type
   */
  record Constant(String value) implements Mask {}

  /** A keyed hash. */
  record Hash() implements Mask {}

  /** A keyed token of the same shape. */
  record Token() implements Mask {}

  /** A keyed token before the at sign, the domain after it. */
  record Email() implements Mask {}

  /**
   * The first characters.
   *
   * @param characters how many, at least 1
   */
  record KeepFirst(int characters) implements Mask {}

  /**
   * The last characters.
   *
   * @param characters how many, at least 1
   */
  record KeepLast(int characters) implements Mask {}

  /**
   * The beginning of the year or month.
   *
   * @param to which
   */
  record DateTrunc(DateUnit to) implements Mask {}

  /**
   * A date or time stamp moved by a keyed number of days, never by none.
   *
   * @param days most days, at least 1
   * @param subject the column whose value says how far; null: the date itself does
   */
  record DateShift(int days, @Nullable Subject subject) implements Mask {}

  /**
   * A column of the same relation.
   *
   * @param column its name
   * @param type its type
   */
  record Subject(String column, ColumnType type) {}

  /**
   * The greatest multiple that is not above the number.
   *
   * @param width of which it is a multiple, at least 1
   */
  record Bucket(long width) implements Mask {}

  /**
   * A number moved by a keyed part of it.
   *
   * @param percent most of it, 1 to 100
   */
  record Noise(int percent) implements Mask {}

  /**
   * The first letters and digits, zeros and the letter X for the others.
   *
   * @param digits how many, at least 1
   */
  record PostalCode(int digits) implements Mask {}

  /**
   * An address without the bits of the host.
   *
   * @param ipv4 how many bits of an IPv4 address are kept
   * @param ipv6 how many of an IPv6 address
   */
  record Network(int ipv4, int ipv6) implements Mask {}

  /**
   * JSON without the values at some paths.
   *
   * @param paths where they stand, each once, in one order
   * @param values what becomes of them
   */
  record JsonPaths(List<JsonPath> paths, JsonValueMask values) implements Mask {
    /** An immutable copy, in order. */
    public JsonPaths {
      paths = paths.stream().distinct().sorted().toList();
    }
  }

  /** JSON without any value. */
  record JsonKeys() implements Mask {}
}

package dev.sluice.policy.mask;

import dev.sluice.policy.mask.ColumnType.Family;
import org.jspecify.annotations.Nullable;

/**
 * Which mask fits which type.
 *
 * <p>{@code Nullify} fits every type. {@code Constant} fits those whose text form is known here.
 * {@code Hash} and {@code Token} fit texts, whole and decimal numbers, dates, time stamps, UUIDs
 * and addresses, {@code Hash} bytes too. {@code Email}, {@code KeepFirst} and {@code KeepLast} fit
 * texts, {@code PostalCode} too, {@code DateTrunc} and {@code DateShift} dates and time stamps,
 * {@code Bucket} and {@code Noise} numbers, {@code Network} addresses and texts, {@code JsonPaths}
 * and {@code JsonKeys} JSON. What fits the elements of an array fits the array.
 */
public final class MaskFit {
  private MaskFit() {}

  /**
   * Why a mask does not fit.
   *
   * @param mask the mask
   * @param type the column's type
   * @return the reason, without a full stop; null where it fits
   */
  public static @Nullable String problem(Mask mask, ColumnType type) {
    ColumnType valued = type.valued();
    return switch (mask) {
      case Mask.Nullify ignored -> null;
      case Mask.Constant constant -> ConstantValue.problem(constant.value(), type);
      case Mask.Hash ignored -> fit(hashed(valued), mask, type);
      case Mask.Token ignored -> fit(hashed(valued) && valued.family() != Family.BYTES, mask, type);
      case Mask.Email ignored -> fit(text(valued), mask, type);
      case Mask.KeepFirst ignored -> fit(text(valued), mask, type);
      case Mask.KeepLast ignored -> fit(text(valued), mask, type);
      case Mask.PostalCode ignored -> fit(text(valued), mask, type);
      case Mask.Network ignored ->
          fit(text(valued) || valued.family() == Family.ADDRESS, mask, type);
      case Mask.DateTrunc ignored -> fit(date(valued), mask, type);
      case Mask.DateShift ignored -> fit(date(valued), mask, type);
      case Mask.Bucket ignored -> fit(number(valued), mask, type);
      case Mask.Noise ignored -> fit(number(valued), mask, type);
      case Mask.JsonPaths ignored -> fit(valued.family() == Family.JSON, mask, type);
      case Mask.JsonKeys ignored -> fit(valued.family() == Family.JSON, mask, type);
    };
  }

  /**
   * Whether the values of a type can say for whom a date is moved: their text is the same in every
   * session, and the same for values that are equal.
   *
   * @param type the type of the column
   */
  public static boolean identifies(ColumnType type) {
    return switch (type.family()) {
      case TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE -> true;
      case UUID, BYTES, ADDRESS, ENUM, BOOLEAN -> true;
      case FLOAT, JSON, ARRAY, RANGE, OTHER -> false;
    };
  }

  private static @Nullable String fit(boolean fits, Mask mask, ColumnType type) {
    return fits ? null : "mask %s does not fit type %s".formatted(mask.type(), type.name());
  }

  private static boolean hashed(ColumnType type) {
    return switch (type.family()) {
      case TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE -> true;
      case UUID, BYTES, ADDRESS -> true;
      case FLOAT, BOOLEAN, JSON, ENUM, ARRAY, RANGE, OTHER -> false;
    };
  }

  private static boolean text(ColumnType type) {
    return type.family() == Family.TEXT;
  }

  private static boolean number(ColumnType type) {
    return switch (type.family()) {
      case SMALLINT, INTEGER, BIGINT, NUMERIC, FLOAT -> true;
      case TEXT, BOOLEAN, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE, UUID, JSON, BYTES -> false;
      case ENUM, ADDRESS, ARRAY, RANGE, OTHER -> false;
    };
  }

  private static boolean date(ColumnType type) {
    return switch (type.family()) {
      case DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE -> true;
      case TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC, FLOAT, BOOLEAN, UUID, JSON, BYTES -> false;
      case ENUM, ADDRESS, ARRAY, RANGE, OTHER -> false;
    };
  }
}

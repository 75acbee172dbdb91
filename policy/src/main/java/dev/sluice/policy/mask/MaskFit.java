package dev.sluice.policy.mask;

import dev.sluice.policy.mask.ColumnType.Family;
import org.jspecify.annotations.Nullable;

/**
 * Which mask fits which type.
 *
 * <p>{@code Nullify} fits every type. {@code Constant} fits those whose text form is known here.
 * {@code Hash} and {@code Token} fit texts, whole and decimal numbers, dates, time stamps and
 * UUIDs, {@code Hash} bytes too. {@code Email}, {@code KeepFirst} and {@code KeepLast} fit texts,
 * {@code DateTrunc} dates and time stamps.
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
    return switch (mask) {
      case Mask.Nullify ignored -> null;
      case Mask.Constant constant -> ConstantValue.problem(constant.value(), type);
      case Mask.Hash ignored ->
          switch (type.family()) {
            case TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE ->
                null;
            case UUID, BYTES -> null;
            case FLOAT, BOOLEAN, JSON, ENUM, OTHER -> unfit(mask, type);
          };
      case Mask.Token ignored ->
          switch (type.family()) {
            case TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE ->
                null;
            case UUID -> null;
            case BYTES, FLOAT, BOOLEAN, JSON, ENUM, OTHER -> unfit(mask, type);
          };
      case Mask.Email ignored -> type.family() == Family.TEXT ? null : unfit(mask, type);
      case Mask.KeepFirst ignored -> type.family() == Family.TEXT ? null : unfit(mask, type);
      case Mask.KeepLast ignored -> type.family() == Family.TEXT ? null : unfit(mask, type);
      case Mask.DateTrunc ignored ->
          switch (type.family()) {
            case DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE -> null;
            case TEXT,
                SMALLINT,
                INTEGER,
                BIGINT,
                NUMERIC,
                FLOAT,
                BOOLEAN,
                UUID,
                JSON,
                BYTES,
                ENUM,
                OTHER ->
                unfit(mask, type);
          };
    };
  }

  private static String unfit(Mask mask, ColumnType type) {
    return "mask %s does not fit type %s".formatted(mask.type(), type.name());
  }
}

package dev.sluice.operator.engine.postgresql;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.Mask;
import java.util.Locale;
import java.util.Objects;

/** A mask as an SQL expression over a column, of the column's own type. */
final class MaskExpressions {
  private static final String KEY =
      "(SELECT inner_pad FROM sluice.keys WHERE id = 1), (SELECT outer_pad FROM sluice.keys WHERE"
          + " id = 1)";

  /** Longest text that an unbounded type can hold, in characters. */
  private static final int UNBOUNDED = 1_000_000_000;

  private static final long MOST_DIGITS = 18;

  private MaskExpressions() {}

  /**
   * The expression.
   *
   * @param mask a mask that fits the type
   * @param column the column as SQL names it, quoted
   * @param type its type
   */
  static String expression(Mask mask, String column, ColumnType type) {
    String value =
        switch (mask) {
          case Mask.Nullify ignored -> "NULL";
          case Mask.Constant constant ->
              "CASE WHEN %s IS NOT NULL THEN CAST(%s AS %s) END"
                  .formatted(column, Sql.literal(constant.value()), type.name());
          case Mask.Hash ignored -> hash(column, type);
          case Mask.Token ignored -> token(column, type);
          case Mask.Email ignored ->
              "sluice.mask_email(%s::text, %d, %s)".formatted(column, bound(type), KEY);
          case Mask.KeepFirst keep ->
              "sluice.mask_keep_first(%s::text, %d)".formatted(column, keep.characters());
          case Mask.KeepLast keep ->
              "sluice.mask_keep_last(%s::text, %d)".formatted(column, keep.characters());
          case Mask.DateTrunc cut -> cut(column, type, cut.to());
        };
    return "CAST(%s AS %s)".formatted(value, type.name());
  }

  private static String hash(String column, ColumnType type) {
    return switch (type.family()) {
      case TEXT -> "sluice.mask_hash(%s::text, %s)".formatted(column, KEY);
      case SMALLINT -> number(column) + " % 32768";
      case INTEGER -> number(column) + " % 2147483648";
      case BIGINT -> number(column);
      case NUMERIC -> decimal(column, type);
      case BYTES -> "sluice.mask_hash_bytes(%s, %s)".formatted(column, KEY);
      case UUID, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE -> token(column, type);
      case FLOAT, BOOLEAN, JSON, ENUM, OTHER -> throw unfit("Hash", type);
    };
  }

  private static String token(String column, ColumnType type) {
    return switch (type.family()) {
      case TEXT -> "sluice.mask_token(%s::text, %s)".formatted(column, KEY);
      case SMALLINT -> whole(column, Short.MAX_VALUE);
      case INTEGER -> whole(column, Integer.MAX_VALUE);
      case BIGINT -> whole(column, Long.MAX_VALUE);
      case NUMERIC -> "sluice.mask_token_decimal(%s, %s)".formatted(column, KEY);
      case UUID -> "sluice.mask_uuid(%s, %s)".formatted(column, KEY);
      case DATE -> "sluice.mask_date(%s, %s)".formatted(column, KEY);
      case TIMESTAMP -> "sluice.mask_timestamp(%s, %s)".formatted(column, KEY);
      case TIMESTAMP_WITH_ZONE ->
          "sluice.mask_timestamp(%s AT TIME ZONE 'UTC', %s) AT TIME ZONE 'UTC'"
              .formatted(column, KEY);
      case BYTES, FLOAT, BOOLEAN, JSON, ENUM, OTHER -> throw unfit("Token", type);
    };
  }

  private static String cut(String column, ColumnType type, DateUnit unit) {
    String to = Sql.literal(unit.name().toLowerCase(Locale.ROOT));
    return switch (type.family()) {
      case DATE -> "date_trunc(%s, %s::timestamp)".formatted(to, column);
      case TIMESTAMP -> "date_trunc(%s, %s)".formatted(to, column);
      case TIMESTAMP_WITH_ZONE ->
          "date_trunc(%s, %s AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'".formatted(to, column);
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
          throw unfit("DateTrunc", type);
    };
  }

  private static String number(String column) {
    return "sluice.mask_number(%s::text, %s)".formatted(column, KEY);
  }

  private static String whole(String column, long largest) {
    return "sluice.mask_token_whole(%s, %d, %s)".formatted(column, largest, KEY);
  }

  /** As many digits as the type holds, all of them before the point where it has any there. */
  private static String decimal(String column, ColumnType type) {
    int precision = Objects.requireNonNullElse(type.precision(), (int) MOST_DIGITS);
    int scale = Objects.requireNonNullElse(type.scale(), 0);
    long digits = Math.clamp(precision - scale, 0, MOST_DIGITS);
    String largest =
        "1" + "0".repeat((int) (digits > 0 ? digits : Math.min(precision, MOST_DIGITS)));
    return digits > 0
        ? "%s %% %s".formatted(number(column), largest)
        : "(%s %% %s)::numeric / 1%s".formatted(number(column), largest, "0".repeat(scale));
  }

  private static int bound(ColumnType type) {
    return Objects.requireNonNullElse(type.length(), UNBOUNDED);
  }

  private static IllegalStateException unfit(String mask, ColumnType type) {
    return new IllegalStateException(
        "mask %s on type %s should not have been planned".formatted(mask, type.name()));
  }
}

package dev.sluice.operator.engine.postgresql;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import dev.sluice.policy.mask.JsonPath;
import dev.sluice.policy.mask.Mask;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A mask as an SQL expression over a column, of the column's own type. */
final class MaskExpressions {
  /** There is one row, as the table itself checks: a condition would cost each statement more. */
  private static final String KEY = "(SELECT key FROM sluice.keys)";

  /** Longest text that an unbounded type can hold, in characters. */
  private static final int UNBOUNDED = 1_000_000_000;

  private static final long MOST_DIGITS = 18;

  private MaskExpressions() {}

  /**
   * The expression.
   *
   * @param mask a mask that fits the type
   * @param table the table as it is called in the query
   * @param column the name of its column
   * @param type the column's type
   * @param notNull whether no row is without a value in it
   */
  static String expression(
      Mask mask, String table, String column, ColumnType type, boolean notNull) {
    if (mask instanceof Mask.Constant constant && notNull && type.family() != Family.ARRAY) {
      // Nothing is left to decide for each row.
      return "CAST(%s AS %s)".formatted(Sql.literal(constant.value()), type.name());
    }
    return expression(new Place(mask, table), Sql.name(table, column), type);
  }

  /** A mask within a query over a table. */
  private record Place(Mask mask, String table) {}

  private static String expression(Place place, String column, ColumnType type) {
    return "CAST(%s AS %s)".formatted(value(place, column, type), type.name());
  }

  private static String value(Place place, String column, ColumnType type) {
    Mask mask = place.mask();
    ColumnType element = type.element();
    if (type.family() == Family.ARRAY && element != null && !(mask instanceof Mask.Nullify)) {
      // A name within that is the table's would hide it.
      String within = place.table().equals("element") ? "member" : "element";
      return "sluice.mask_array(%1$s, ARRAY(SELECT %2$s FROM unnest(%1$s) WITH ORDINALITY AS %3$s (value, place) ORDER BY %3$s.place))"
          .formatted(column, expression(place, within + ".value", element), within);
    }
    return switch (mask) {
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
      case Mask.PostalCode code ->
          "sluice.mask_postal_code(%s::text, %d)".formatted(column, code.digits());
      case Mask.Network network ->
          type.family() == Family.ADDRESS
              ? "sluice.mask_network(%s::inet, %d, %d)"
                  .formatted(column, network.ipv4(), network.ipv6())
              : "sluice.mask_network_text(%s::text, %d, %d)"
                  .formatted(column, network.ipv4(), network.ipv6());
      case Mask.DateTrunc cut -> cut(column, type, cut.to());
      case Mask.DateShift shift -> shift(column, type, shift, place.table());
      case Mask.Bucket bucket -> bucket(column, type, bucket.width());
      case Mask.Noise noise -> noise(column, type, noise.percent());
      case Mask.JsonPaths json ->
          "sluice.mask_json_paths(%s, %s, '%s', 0, %s)"
              .formatted(json(column, type), paths(json.paths()), json.values().name(), KEY);
      case Mask.JsonKeys ignored ->
          "sluice.mask_json_leaves(%s, 'Keys', 0, %s)".formatted(json(column, type), KEY);
    };
  }

  private static String hash(String column, ColumnType type) {
    return switch (type.family()) {
      case TEXT -> "sluice.mask_hash(%s, %s)".formatted(text(column, type), KEY);
      case SMALLINT -> number(column, type) + " % 32768";
      case INTEGER -> number(column, type) + " % 2147483648";
      case BIGINT -> number(column, type);
      case NUMERIC -> decimal(column, type);
      case BYTES -> "sluice.mask_hash_bytes(%s, %s)".formatted(column, KEY);
      case UUID, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE, ADDRESS -> token(column, type);
      case FLOAT, BOOLEAN, JSON, ENUM, ARRAY, RANGE, OTHER -> throw unfit("Hash", type);
    };
  }

  private static String token(String column, ColumnType type) {
    return switch (type.family()) {
      case TEXT -> "sluice.mask_token(%s, %s)".formatted(text(column, type), KEY);
      case SMALLINT -> whole(column, Short.MAX_VALUE);
      case INTEGER -> whole(column, Integer.MAX_VALUE);
      case BIGINT -> whole(column, Long.MAX_VALUE);
      case NUMERIC -> tokenDecimal(column, type);
      case UUID -> "sluice.mask_uuid(%s, %s)".formatted(column, KEY);
      case DATE -> "sluice.mask_date(%s, %s)".formatted(column, KEY);
      case TIMESTAMP -> "sluice.mask_timestamp(%s, %s)".formatted(column, KEY);
      case TIMESTAMP_WITH_ZONE ->
          "sluice.mask_timestamp(%s AT TIME ZONE 'UTC', %s) AT TIME ZONE 'UTC'"
              .formatted(column, KEY);
      case ADDRESS ->
          "sluice.mask_address(%s::inet, %s, %s)"
              .formatted(column, isNetwork(type) ? "masklen(%s)".formatted(column) : "128", KEY);
      case BYTES, FLOAT, BOOLEAN, JSON, ENUM, ARRAY, RANGE, OTHER -> throw unfit("Token", type);
    };
  }

  private static String cut(String column, ColumnType type, DateUnit unit) {
    String to = Sql.literal(unit.name().toLowerCase(Locale.ROOT));
    return switch (type.family()) {
      case DATE -> "sluice.mask_date_trunc(%s, %s)".formatted(to, column);
      case TIMESTAMP -> "sluice.mask_timestamp_trunc(%s, %s)".formatted(to, column);
      case TIMESTAMP_WITH_ZONE ->
          "sluice.mask_timestamp_trunc(%s, %s AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
              .formatted(to, column);
      case TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC, FLOAT, BOOLEAN, UUID, JSON, BYTES ->
          throw unfit("DateTrunc", type);
      case ENUM, ADDRESS, ARRAY, RANGE, OTHER -> throw unfit("DateTrunc", type);
    };
  }

  private static String shift(String column, ColumnType type, Mask.DateShift shift, String table) {
    Mask.Subject subject = shift.subject();
    // The column stands in the table, also where the date is an element of an array.
    String days =
        "sluice.mask_days(%s, %s, %d, %s)"
            .formatted(
                subject == null
                    ? "NULL"
                    : canonical(Sql.name(table, subject.column()), subject.type()),
                canonical(column, type),
                shift.days(),
                KEY);
    return switch (type.family()) {
      case DATE -> "sluice.mask_date_shift(%s, %s)".formatted(column, days);
      case TIMESTAMP -> "sluice.mask_timestamp_shift(%s, %s)".formatted(column, days);
      case TIMESTAMP_WITH_ZONE ->
          "sluice.mask_timestamp_shift(%s AT TIME ZONE 'UTC', %s) AT TIME ZONE 'UTC'"
              .formatted(column, days);
      case TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC, FLOAT, BOOLEAN, UUID, JSON, BYTES ->
          throw unfit("DateShift", type);
      case ENUM, ADDRESS, ARRAY, RANGE, OTHER -> throw unfit("DateShift", type);
    };
  }

  /** A text of a value that no setting of a session changes, equal for values that are equal. */
  private static String canonical(String column, ColumnType type) {
    return switch (type.family()) {
      case TEXT -> text(column, type);
      case SMALLINT, INTEGER, BIGINT, BOOLEAN, UUID, ENUM, ADDRESS -> "%s::text".formatted(column);
      case NUMERIC -> "trim_scale(%s)::text".formatted(column);
      case DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE -> "extract(epoch FROM %s)::text".formatted(column);
      case BYTES -> "encode(%s, 'hex')".formatted(column);
      case FLOAT, JSON, ARRAY, RANGE, OTHER ->
          throw new IllegalStateException(
              "type %s should not have been planned as a subject".formatted(type.name()));
    };
  }

  private static String bucket(String column, ColumnType type, long width) {
    return switch (type.family()) {
      case SMALLINT -> bucketWhole(column, width, Short.MIN_VALUE);
      case INTEGER -> bucketWhole(column, width, Integer.MIN_VALUE);
      case BIGINT -> bucketWhole(column, width, Long.MIN_VALUE);
      case NUMERIC ->
          "sluice.mask_bucket_decimal(%s, %d, -%s)".formatted(column, width, largest(type));
      case FLOAT -> "sluice.mask_bucket_float(%s, %d)".formatted(column, width);
      case TEXT, BOOLEAN, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE, UUID, JSON, BYTES ->
          throw unfit("Bucket", type);
      case ENUM, ADDRESS, ARRAY, RANGE, OTHER -> throw unfit("Bucket", type);
    };
  }

  private static String bucketWhole(String column, long width, long lowest) {
    // A number that is written is read before its sign, and this one has no counterpart above zero.
    return "sluice.mask_bucket_whole(%s, %d, '%d')".formatted(column, width, lowest);
  }

  private static String noise(String column, ColumnType type, int percent) {
    return switch (type.family()) {
      case SMALLINT -> noiseDecimal(column, percent, String.valueOf(Short.MAX_VALUE));
      case INTEGER -> noiseDecimal(column, percent, String.valueOf(Integer.MAX_VALUE));
      case BIGINT -> noiseDecimal(column, percent, String.valueOf(Long.MAX_VALUE));
      case NUMERIC -> noiseDecimal(column, percent, largest(type));
      case FLOAT ->
          "sluice.mask_noise_float(%s, %d, %s, %s)"
              .formatted(
                  column,
                  percent,
                  type.name().equals("real")
                      ? "'3.4028234e38', '1e-37'"
                      : "'1.7976931348623157e308', '1e-307'",
                  KEY);
      case TEXT, BOOLEAN, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE, UUID, JSON, BYTES ->
          throw unfit("Noise", type);
      case ENUM, ADDRESS, ARRAY, RANGE, OTHER -> throw unfit("Noise", type);
    };
  }

  private static String noiseDecimal(String column, int percent, String largest) {
    return "sluice.mask_noise(%s, %d, %s, %s)".formatted(column, percent, largest, KEY);
  }

  /** The largest number of a decimal type. */
  private static String largest(ColumnType type) {
    Integer precision = type.precision();
    return precision == null
        ? "numeric 'Infinity'"
        : new BigDecimal(BigInteger.TEN.pow(precision).subtract(BigInteger.ONE))
            .movePointLeft(Objects.requireNonNullElse(type.scale(), 0))
            .toPlainString();
  }

  private static String json(String column, ColumnType type) {
    return type.name().equals("json") ? "sluice.mask_json_value(%s)".formatted(column) : column;
  }

  /** Paths as {@code sluice.mask_json_paths} reads them. */
  private static String paths(List<JsonPath> paths) {
    return Sql.literal(
        Serialization.asJson(
            paths.stream()
                .map(path -> path.steps().stream().map(MaskExpressions::step).toList())
                .toList()));
  }

  private static String step(JsonPath.Step step) {
    return switch (step) {
      case JsonPath.Member member -> "k" + member.name();
      case JsonPath.Descendant descendant -> "d" + descendant.name();
      case JsonPath.Elements ignored -> "e";
    };
  }

  /** A text, the same for texts that are equal by the type's own rules. */
  private static String text(String column, ColumnType type) {
    return type.name().endsWith("citext")
        ? "lower(%s::text)".formatted(column)
        : "%s::text".formatted(column);
  }

  private static boolean isNetwork(ColumnType type) {
    return type.name().equals("cidr");
  }

  private static String number(String column, ColumnType type) {
    return "sluice.mask_number(%s, %s)"
        .formatted(
            type.family() == Family.NUMERIC
                ? "trim_scale(%s)::text".formatted(column)
                : "%s::text".formatted(column),
            KEY);
  }

  private static String whole(String column, long largest) {
    return "sluice.mask_token_whole(%s, %d, %s)".formatted(column, largest, KEY);
  }

  private static String tokenDecimal(String column, ColumnType type) {
    Integer precision = type.precision();
    int scale = Objects.requireNonNullElse(type.scale(), 0);
    if (precision != null && scale < 0) {
      // Beyond a scale below zero there are zeros that the type has no room to change.
      String unit = "1" + "0".repeat(-scale);
      return "sluice.mask_token_decimal(%s / %s, %s) * %s".formatted(column, unit, KEY, unit);
    }
    String token = "sluice.mask_token_decimal(%s, %s)".formatted(column, KEY);
    // Where no digit fits before the point, zero is the only whole number.
    return precision != null && precision <= scale
        ? "CASE WHEN %s = 0 THEN 0 ELSE %s END".formatted(column, token)
        : token;
  }

  /** As many digits as the type holds, all of them before the point where it has any there. */
  private static String decimal(String column, ColumnType type) {
    int precision = Objects.requireNonNullElse(type.precision(), (int) MOST_DIGITS);
    int scale = Objects.requireNonNullElse(type.scale(), 0);
    if (scale < 0) {
      int digits = Math.min(precision, (int) MOST_DIGITS);
      return "(%s %% 1%s)::numeric * 1%s"
          .formatted(number(column, type), "0".repeat(digits), "0".repeat(-scale));
    }
    long digits = Math.clamp(precision - scale, 0, MOST_DIGITS);
    String largest =
        "1" + "0".repeat((int) (digits > 0 ? digits : Math.min(precision, MOST_DIGITS)));
    return digits > 0
        ? "%s %% %s".formatted(number(column, type), largest)
        : "(%s %% %s)::numeric / 1%s".formatted(number(column, type), largest, "0".repeat(scale));
  }

  private static int bound(ColumnType type) {
    return Objects.requireNonNullElse(type.length(), UNBOUNDED);
  }

  private static IllegalStateException unfit(String mask, ColumnType type) {
    return new IllegalStateException(
        "mask %s on type %s should not have been planned".formatted(mask, type.name()));
  }
}

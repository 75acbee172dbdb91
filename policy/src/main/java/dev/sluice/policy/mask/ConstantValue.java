package dev.sluice.policy.mask;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a text is a value of a type. Stricter than the server: what passes here, it accepts. */
final class ConstantValue {
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern BYTES_FORM = Pattern.compile("\\\\x([0-9a-fA-F]{2})*");
  private static final Pattern DECIMAL_FORM =
      Pattern.compile("[+-]?[0-9]{1,300}(\\.[0-9]{0,300})?([eE][+-]?[0-9]{1,2})?");
  private static final Pattern DATE_FORM = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?");

  /** What a text of the database cannot hold, and what a number of it cannot reach. */
  private static final Pattern BEYOND_JSONB =
      Pattern.compile("\\\\u(0000|[dD][89a-fA-F])|[eE][+-]?[0-9]{4}");

  /** The server knows zones up to here. */
  private static final int MOST_OFFSET_SECONDS = 16 * 3600 - 1;

  private static final Set<String> BOOLEANS =
      Set.of("true", "false", "t", "f", "yes", "no", "1", "0");
  static final DateTimeFormatter TIMESTAMP_FORM =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[ ]['T']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .toFormatter(Locale.ROOT);
  static final DateTimeFormatter TIMESTAMP_WITH_ZONE_FORM =
      new DateTimeFormatterBuilder()
          .append(TIMESTAMP_FORM)
          .appendOffset("+HH:mm", "Z")
          .toFormatter(Locale.ROOT);

  private ConstantValue() {}

  static @Nullable String problem(String value, ColumnType type) {
    return switch (type.family()) {
      case TEXT -> text(value, type);
      case SMALLINT -> whole(value, type, 16);
      case INTEGER -> whole(value, type, 32);
      case BIGINT -> whole(value, type, 64);
      case NUMERIC -> numeric(value, type);
      case FLOAT -> floating(value, type);
      case BOOLEAN ->
          BOOLEANS.contains(value.toLowerCase(Locale.ROOT))
              ? null
              : unfit(value, type, "true or false");
      case DATE -> parsed(value, type, "2000-12-31", LocalDate::parse);
      case TIMESTAMP ->
          parsed(
              value,
              type,
              "2000-12-31 23:59:59",
              text -> LocalDateTime.parse(text, TIMESTAMP_FORM));
      case TIMESTAMP_WITH_ZONE ->
          parsed(
              value,
              type,
              "2000-12-31 23:59:59Z",
              text -> OffsetDateTime.parse(text, TIMESTAMP_WITH_ZONE_FORM));
      case UUID ->
          UUID_FORM.matcher(value).matches()
              ? null
              : unfit(value, type, "a UUID such as 00000000-0000-0000-0000-000000000000");
      case JSON -> json(value, type);
      case BYTES ->
          BYTES_FORM.matcher(value).matches() ? null : unfit(value, type, "bytes such as \\x00ff");
      case ENUM ->
          type.labels().contains(value)
              ? null
              : unfit(value, type, "one of " + String.join(", ", type.labels()));
      case ADDRESS -> address(value, type);
      case ARRAY -> problem(value, Objects.requireNonNull(type.element()));
      case RANGE ->
          RangeText.fits(value, Objects.requireNonNull(type.element()))
              ? null
              : unfit(value, type, "a range such as [lower,upper), or empty");
      case OTHER -> "mask Constant does not fit type " + type.name();
    };
  }

  private static @Nullable String text(String value, ColumnType type) {
    if (value.indexOf('\0') >= 0) {
      return "the constant holds a NUL character, which no text in the database can";
    }
    Integer length = type.length();
    if (length != null && value.codePointCount(0, value.length()) > length) {
      return "the constant is longer than type %s holds".formatted(type.name());
    }
    return null;
  }

  private static @Nullable String whole(String value, ColumnType type, int bits) {
    if (!value.matches("[+-]?[0-9]{1,30}")) {
      return unfit(value, type, "a whole number");
    }
    BigInteger number = new BigInteger(value.startsWith("+") ? value.substring(1) : value);
    return number.bitLength() < bits ? null : unfit(value, type, "a number within its range");
  }

  private static @Nullable String numeric(String value, ColumnType type) {
    if (!DECIMAL_FORM.matcher(value).matches()) {
      return unfit(value, type, "a number");
    }
    Integer precision = type.precision();
    if (precision == null) {
      return null;
    }
    int scale = type.scale() == null ? 0 : type.scale();
    BigDecimal number = new BigDecimal(value).stripTrailingZeros();
    boolean fits =
        number.scale() <= scale
            && (number.signum() == 0 || number.precision() - number.scale() <= precision - scale);
    return fits
        ? null
        : unfit(
            value, type, "a number of %d digits, %d after the point".formatted(precision, scale));
  }

  private static @Nullable String floating(String value, ColumnType type) {
    if (!DECIMAL_FORM.matcher(value).matches()) {
      return unfit(value, type, "a number");
    }
    BigDecimal number = new BigDecimal(value);
    double nearest = type.name().equals("real") ? number.floatValue() : number.doubleValue();
    return Double.isInfinite(nearest) || (nearest == 0 && number.signum() != 0)
        ? unfit(value, type, "a number within its range")
        : null;
  }

  private static @Nullable String address(String value, ColumnType type) {
    AddressText address = AddressText.parse(value);
    if (address == null) {
      return unfit(value, type, "an address such as 192.0.2.1 or 2001:db8::1");
    }
    return type.name().equals("cidr") && !address.isNetwork()
        ? unfit(value, type, "a network such as 192.0.2.0/24, without bits beyond its prefix")
        : null;
  }

  private static @Nullable String json(String value, ColumnType type) {
    if (value.indexOf('\0') >= 0 || BEYOND_JSONB.matcher(value).find()) {
      return unfit(
          value, type, "a JSON text without \\u0000, halves of characters and huge numbers");
    }
    try {
      Jsonb.instance().type(Object.class).fromJson(value);
      return null;
    } catch (JsonException | IllegalStateException e) {
      return unfit(value, type, "a JSON text");
    }
  }

  /** A reader of a text form. */
  private interface Form {
    TemporalAccessor read(String text);
  }

  private static @Nullable String parsed(String value, ColumnType type, String example, Form form) {
    try {
      TemporalAccessor read = form.read(value);
      boolean known =
          DATE_FORM.matcher(value).matches()
              && read.get(ChronoField.YEAR) > 0
              && (!read.isSupported(ChronoField.OFFSET_SECONDS)
                  || Math.abs(read.get(ChronoField.OFFSET_SECONDS)) <= MOST_OFFSET_SECONDS);
      return known ? null : unfit(value, type, "written such as " + example);
    } catch (DateTimeException e) {
      return unfit(value, type, "written such as " + example);
    }
  }

  private static String unfit(String value, ColumnType type, String wanted) {
    return "constant \"%s\" does not fit type %s: it must be %s"
        .formatted(value, type.name(), wanted);
  }
}

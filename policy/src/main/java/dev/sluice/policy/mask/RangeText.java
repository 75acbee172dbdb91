package dev.sluice.policy.mask;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a text is a range, as the server would read it. */
final class RangeText {
  /** Bounds as they are, without quotes. */
  private static final Pattern FORM =
      Pattern.compile("[\\[(]([^\\[\\](),\"\\\\]*),([^\\[\\](),\"\\\\]*)[\\])]");

  private RangeText() {}

  /** Whether it is one: of fitting bounds, the lower one not above the upper one. */
  static boolean fits(String value, ColumnType bound) {
    if (value.equals("empty")) {
      return true;
    }
    Matcher form = FORM.matcher(value);
    if (!form.matches()) {
      return false;
    }
    String lower = form.group(1);
    String upper = form.group(2);
    return fitsBound(lower, bound)
        && fitsBound(upper, bound)
        && (lower.isEmpty() || upper.isEmpty() || ascending(lower, upper, bound));
  }

  private static boolean fitsBound(String text, ColumnType bound) {
    if (text.isEmpty()) {
      return true;
    }
    if (!text.strip().equals(text) || ConstantValue.problem(text, bound) != null) {
      return false;
    }
    // The server keeps ranges of whole numbers with the bound that is one more.
    return switch (bound.family()) {
      case INTEGER, BIGINT ->
          ConstantValue.problem(String.valueOf(new BigDecimal(text).add(BigDecimal.ONE)), bound)
              == null;
      case NUMERIC, DATE, TIMESTAMP, TIMESTAMP_WITH_ZONE -> true;
      case TEXT, SMALLINT, FLOAT, BOOLEAN, UUID, JSON, BYTES, ENUM, ADDRESS, ARRAY, RANGE, OTHER ->
          false;
    };
  }

  private static boolean ascending(String lower, String upper, ColumnType bound) {
    return order(lower, upper, bound) <= 0;
  }

  private static int order(String lower, String upper, ColumnType bound) {
    return switch (bound.family()) {
      case INTEGER, BIGINT, NUMERIC -> new BigDecimal(lower).compareTo(new BigDecimal(upper));
      case DATE -> LocalDate.parse(lower).compareTo(LocalDate.parse(upper));
      case TIMESTAMP -> timestamp(lower).compareTo(timestamp(upper));
      case TIMESTAMP_WITH_ZONE -> zoned(lower).toInstant().compareTo(zoned(upper).toInstant());
      case TEXT, SMALLINT, FLOAT, BOOLEAN, UUID, JSON, BYTES, ENUM, ADDRESS, ARRAY, RANGE, OTHER ->
          throw new IllegalStateException("no range has bounds of type " + bound.name());
    };
  }

  private static LocalDateTime timestamp(String text) {
    return LocalDateTime.parse(text, ConstantValue.TIMESTAMP_FORM);
  }

  private static OffsetDateTime zoned(String text) {
    return OffsetDateTime.parse(text, ConstantValue.TIMESTAMP_WITH_ZONE_FORM);
  }
}

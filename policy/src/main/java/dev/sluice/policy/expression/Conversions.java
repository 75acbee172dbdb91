package dev.sluice.policy.expression;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From one type to another. */
final class Conversions {
  /** A sequence of decimal numbers, each with a unit, as Go writes durations. */
  private static final Pattern DURATION =
      Pattern.compile("([+-]?)((?:\\d+(?:\\.\\d+)?(?:ns|us|µs|ms|s|m|h))+|0)");

  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");

  private Conversions() {}

  static Object toInt(Object value) throws EvaluationException {
    return switch (value) {
      case Long number -> number;
      case Double number -> {
        // Both bounds are no whole numbers of 64 bits once they are doubles.
        if (!(number > -0x1p63 && number < 0x1p63)) {
          throw new EvaluationException("a number that is too large for a whole number");
        }
        yield number.longValue();
      }
      case String text -> {
        try {
          yield Long.valueOf(text);
        } catch (NumberFormatException none) {
          throw new EvaluationException("a text that is no whole number");
        }
      }
      case Instant time -> time.getEpochSecond();
      default -> throw Values.unexpected(value);
    };
  }

  static Object toDouble(Object value) throws EvaluationException {
    return switch (value) {
      case Double number -> number;
      case Long number -> (double) number;
      case String text -> {
        try {
          yield Double.valueOf(text);
        } catch (NumberFormatException none) {
          throw new EvaluationException("a text that is no number");
        }
      }
      default -> throw Values.unexpected(value);
    };
  }

  static Object toText(Object value) throws EvaluationException {
    return switch (value) {
      case String text -> text;
      case Long _, Boolean _ -> value.toString();
      default -> throw Values.unexpected(value);
    };
  }

  static Object toTimestamp(Object value) throws EvaluationException {
    return switch (value) {
      case Instant time -> time;
      case String text -> {
        try {
          yield Times.valid(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException none) {
          throw new EvaluationException("a text that is no time of RFC 3339");
        }
      }
      default -> throw Values.unexpected(value);
    };
  }

  static Object toDuration(Object value) throws EvaluationException {
    return switch (value) {
      case Duration length -> length;
      case String text -> duration(text);
      default -> throw Values.unexpected(value);
    };
  }

  private static Duration duration(String text) throws EvaluationException {
    Matcher whole = DURATION.matcher(text);
    if (text.length() <= 100 && whole.matches()) {
      BigDecimal nanos = BigDecimal.ZERO;
      Matcher part = PART.matcher(whole.group(2));
      while (part.find()) {
        nanos = nanos.add(new BigDecimal(part.group(1)).multiply(nanos(part.group(2))));
      }
      try {
        BigDecimal second = nanos("s");
        Duration length =
            Times.valid(
                Duration.ofSeconds(
                    nanos.divideToIntegralValue(second).longValueExact(),
                    nanos.remainder(second).longValue()));
        return whole.group(1).equals("-") ? length.negated() : length;
      } catch (ArithmeticException | DateTimeException beyond) {
        throw new EvaluationException("a duration that is too long");
      }
    }
    throw new EvaluationException("a text that is no duration such as 1h30m");
  }

  private static BigDecimal nanos(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> throw new IllegalArgumentException(unit);
        });
  }
}

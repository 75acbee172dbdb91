package dev.sluice.policy.expression;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parts of times and durations, and their bounds. */
final class Times {
  /** Those of a timestamp in CEL, from the year 1 to 9999. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  /** Those of a duration, about 10000 years. */
  private static final Duration LONGEST = Duration.ofSeconds(315_576_000_000L, 999_999_999);

  private static final Pattern OFFSET = Pattern.compile("([+-]?)(\\d{1,2}):(\\d{1,2})");

  private Times() {}

  static Instant valid(Instant time) {
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new DateTimeException("beyond the years 1 to 9999");
    }
    return time;
  }

  static Duration valid(Duration length) {
    if (length.abs().compareTo(LONGEST) > 0) {
      throw new DateTimeException("longer than 10000 years");
    }
    return length;
  }

  /** A part of a time as a clock and calendar in a place show it. */
  static Object part(Function part, Instant time, String zone) throws EvaluationException {
    ZonedDateTime there = time.atZone(zone(zone));
    return (long)
        switch (part) {
          case GET_FULL_YEAR -> there.getYear();
          case GET_MONTH -> there.getMonthValue() - 1;
          case GET_DATE -> there.getDayOfMonth();
          case GET_DAY_OF_MONTH -> there.getDayOfMonth() - 1;
          case GET_DAY_OF_WEEK -> there.getDayOfWeek().getValue() % 7;
          case GET_DAY_OF_YEAR -> there.getDayOfYear() - 1;
          case GET_HOURS -> there.getHour();
          case GET_MINUTES -> there.getMinute();
          case GET_SECONDS -> there.getSecond();
          case GET_MILLISECONDS -> there.getNano() / 1_000_000;
          default -> throw new EvaluationException("no part of a time: " + part.symbol());
        };
  }

  /** A duration in whole units, cut towards zero. */
  static Object part(Function part, Duration length) throws EvaluationException {
    Duration amount = length.abs();
    long whole =
        switch (part) {
          case GET_HOURS -> amount.toHours();
          case GET_MINUTES -> amount.toMinutes();
          case GET_SECONDS -> amount.toSeconds();
          case GET_MILLISECONDS -> amount.toMillisPart();
          default -> throw new EvaluationException("no part of a duration: " + part.symbol());
        };
    return length.isNegative() ? -whole : whole;
  }

  /** A name of the time zone database, or hours and minutes east of Greenwich. */
  private static ZoneId zone(String name) throws EvaluationException {
    try {
      Matcher offset = OFFSET.matcher(name);
      if (offset.matches()) {
        int sign = offset.group(1).equals("-") ? -1 : 1;
        return ZoneOffset.ofHoursMinutes(
            sign * Integer.parseInt(offset.group(2)), sign * Integer.parseInt(offset.group(3)));
      }
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw new EvaluationException("there is no time zone \"%s\"".formatted(name));
    }
  }
}

package dev.sluice.crds;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Durations as Kubernetes writes them, such as {@code 1h30m}: hours, minutes and seconds, in this
 * order.
 */
public final class Durations {
  /** What a duration in a resource looks like. */
  public static final String PATTERN =
      "^([0-9]{1,6}h([0-9]{1,6}m)?([0-9]{1,6}s)?|[0-9]{1,6}m([0-9]{1,6}s)?|[0-9]{1,6}s)$";

  private static final Pattern PARTS =
      Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?");

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @param text such as {@code 90s}, {@code 1h30m}
   * @return the duration, at least zero
   * @throws IllegalArgumentException where the text is empty or not of this form
   */
  public static Duration parse(String text) {
    var matcher = PARTS.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is not a duration: write hours, minutes and seconds such as 1h30m or 90s"
              .formatted(text));
    }
    return Duration.ofHours(number(matcher.group(1)))
        .plusMinutes(number(matcher.group(2)))
        .plusSeconds(number(matcher.group(3)));
  }

  private static long number(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}

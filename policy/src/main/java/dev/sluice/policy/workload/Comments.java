package dev.sluice.policy.workload;

import java.util.regex.Pattern;

/** Lines and parts of texts that nobody reads but people. */
final class Comments {
  private static final Pattern LINE = Pattern.compile("(?m)^[ \\t]*#(?!!).*$");
  private static final Pattern MARKUP = Pattern.compile("(?s)<!--.*?-->");

  private Comments() {}

  /** Whether there may be some. */
  static boolean mayBeIn(String text) {
    return text.indexOf('#') >= 0 || text.contains("<!--");
  }

  /** The text without them. */
  static String without(String text) {
    return MARKUP.matcher(LINE.matcher(text).replaceAll("")).replaceAll("");
  }
}

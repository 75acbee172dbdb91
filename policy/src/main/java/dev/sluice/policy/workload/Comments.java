package dev.sluice.policy.workload;

import java.util.regex.Pattern;

/** Lines and parts of texts that nobody reads but people. */
final class Comments {
  /**
   * A line, but for what some languages begin with the same sign: private fields, attributes and
   * macros. It ends where the next element of a command begins.
   */
  private static final Pattern LINE =
      Pattern.compile(
          "(?m)(?:^|(?<=\\x0b))[ \\t]*#"
              + "(?!!|\\[|define|include|pragma|\\w+\\s*[=;(][^\\x0a\\x0d]*;\\s*$)[^\\x0a\\x0b\\x0d]*");

  private static final String BEGIN = "<!--";
  private static final String END = "-->";

  private Comments() {}

  /**
   * Whether there may be some. A value of one line is read by programs, whatever it begins with.
   */
  static boolean mayBeIn(String text) {
    return (text.indexOf('#') >= 0 && text.indexOf('\n') >= 0) || isMarkup(text);
  }

  /** The text without them. */
  static String without(String text) {
    String lines = LINE.matcher(text).replaceAll("");
    return isMarkup(text) ? withoutMarkup(lines) : lines;
  }

  private static String withoutMarkup(String text) {
    StringBuilder rest = new StringBuilder();
    int position = 0;
    int begin = text.indexOf(BEGIN);
    int end = begin < 0 ? -1 : text.indexOf(END, begin);
    while (end >= 0) {
      rest.append(text, position, begin);
      position = end + END.length();
      begin = text.indexOf(BEGIN, position);
      end = begin < 0 ? -1 : text.indexOf(END, begin);
    }
    return rest.append(text, position, text.length()).toString();
  }

  /** To a script these signs are no comment. */
  private static boolean isMarkup(String text) {
    int first = 0;
    while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
      first++;
    }
    return text.startsWith("<", first) && text.indexOf(BEGIN, first) >= 0;
  }
}

package dev.sluice.policy.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts whose parts a shell or a program puts together, as {@code "orders" + "-db"}. */
final class JoinedTexts {
  /** What stands between two parts: an operator of some language, or nothing. */
  private static final String OPERATORS = "+.|&<>^~";

  /** One of these is in every text that is put together. */
  private static final String PARTS = "\"'`\\${";

  private static final Pattern JOINED =
      Pattern.compile(
          "[\"'`][ \\t\\r\\n]*+(?:\\+\\+?|\\.\\.?|\\|\\||&|<<|<>|\\^|~)?+[ \\t\\r\\n]*+[\"'`]");

  private static final Pattern QUOTED_PLACEHOLDER =
      Pattern.compile("\\$\\{\\s*[\"']([^\"'{}]*)[\"']\\s*\\}");
  private static final Pattern CONTINUED = Pattern.compile("\\\\\\r?\\n[ \\t]*");
  private static final Pattern QUOTES = Pattern.compile("[\"'`\\\\]");

  /** What a shell leaves out, where it knows no such variable, and where a command says nothing. */
  private static final Pattern EMPTY =
      Pattern.compile("\\$\\{[^{}]*\\}|\\$\\(\\s*\\)|``|\\$[@*]|\\$[A-Za-z_]\\w*");

  private static final Pattern ALTERNATIVES =
      Pattern.compile("\\{([A-Za-z0-9_.-]*),([A-Za-z0-9_.-]*)(?:,[A-Za-z0-9_.,-]*)?\\}");

  private static final Pattern FORMAT =
      Pattern.compile(
          "printf\\s+(?:--\\s+)?([\"'])([^\"'\\n"
              + "]*%s[^\"'\\n"
              + "]*)\\1((?:[ \\t]+[\"']?[\\w.:/-]+[\"']?)+)");

  private static final Pattern ENTITY =
      Pattern.compile(
          "<!ENTITY\\s+([A-Za-z_][\\w.-]*)\\s+(?:\"([^\"<]{0,253})\"|'([^'<]{0,253})')\\s*>");
  private static final Pattern ENTITY_REFERENCE = Pattern.compile("&([A-Za-z_][\\w.-]*);");

  private JoinedTexts() {}

  /**
   * The text with its parts put together, in each way that there is.
   *
   * @param text a text in which nothing was found as it stands
   */
  static List<String> in(String text) {
    if (text.chars().noneMatch(each -> PARTS.indexOf(each) >= 0)) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    String joined = entities(formatted(text));
    joined = JOINED.matcher(joined).replaceAll("");
    joined = QUOTED_PLACEHOLDER.matcher(joined).replaceAll("$1");
    joined = CONTINUED.matcher(joined).replaceAll("");
    joined = EMPTY.matcher(joined).replaceAll("");
    joined = QUOTES.matcher(joined).replaceAll("");
    texts.add(joined);
    if (joined.indexOf('{') >= 0) {
      Matcher alternatives = ALTERNATIVES.matcher(joined);
      if (alternatives.find()) {
        texts.add(alternatives.replaceAll("$1"));
        texts.add(alternatives.replaceAll("$2"));
      }
    }
    return texts;
  }

  /** Whether a text has such parts at all; most have none. */
  static boolean mayBeIn(String text) {
    for (int position = 0; position < text.length(); position++) {
      char character = text.charAt(position);
      if (character == '\\' && isLineEnd(text, position + 1)) {
        return true;
      }
      if ((character == '"' || character == '\'' || character == '`')
          && position > 0
          && isPart(text.charAt(position - 1))
          && isContinued(text, position + 1)) {
        return true;
      }
    }
    return text.contains("<!ENTITY");
  }

  private static boolean isLineEnd(String text, int position) {
    return position < text.length()
        && (text.charAt(position) == '\n' || text.charAt(position) == '\r');
  }

  /** A quote in the middle of a word, or one after which another part begins. */
  private static boolean isContinued(String text, int from) {
    int position = from;
    if (position < text.length() && isPart(text.charAt(position))) {
      return true;
    }
    while (position < text.length()
        && (Character.isWhitespace(text.charAt(position))
            || OPERATORS.indexOf(text.charAt(position)) >= 0)) {
      position++;
    }
    return position + 1 < text.length()
        && (text.charAt(position) == '"'
            || text.charAt(position) == '\''
            || text.charAt(position) == '`')
        && isPart(text.charAt(position + 1));
  }

  private static boolean isPart(char character) {
    return Character.isLetterOrDigit(character) || character == '.' || character == '-';
  }

  /** {@code printf '%s-%s' orders db} as what it prints. */
  private static String formatted(String text) {
    if (!text.contains("printf")) {
      return text;
    }
    return FORMAT
        .matcher(text)
        .replaceAll(
            found -> {
              String printed = found.group(2);
              for (String value : found.group(3).strip().split("[ \\t]+", -1)) {
                printed =
                    printed.replaceFirst(
                        "%s", Matcher.quoteReplacement(QUOTES.matcher(value).replaceAll("")));
              }
              return Matcher.quoteReplacement("printf " + printed);
            });
  }

  private static String entities(String text) {
    if (!text.contains("<!ENTITY")) {
      return text;
    }
    Map<String, String> entities = new HashMap<>();
    for (Matcher each = ENTITY.matcher(text); each.find(); ) {
      entities.put(each.group(1), each.group(2) == null ? each.group(3) : each.group(2));
    }
    // One level is enough, and no name of a host is longer than a value may be.
    return ENTITY_REFERENCE
        .matcher(text)
        .replaceAll(
            each -> Matcher.quoteReplacement(entities.getOrDefault(each.group(1), each.group())));
  }
}

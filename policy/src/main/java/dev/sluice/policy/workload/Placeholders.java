package dev.sluice.policy.workload;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** References to variables in texts: those that the kubelet resolves, and those of programs. */
final class Placeholders {
  private static final Pattern PROGRAM =
      Pattern.compile(
          "\\$\\{([A-Za-z_][A-Za-z0-9_.]*)(?::?[-=+?]?([^{}]*))?\\}|\\$([A-Za-z_]\\w*)");
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?:^|[\\s;&|(`])([A-Za-z_]\\w*)=(?:\"([^\"]*)\"|'([^']*)'|([^\\s;&|)`\"']+))");

  /** So many characters may be added to a text; what is beyond stays unresolved. */
  private static final int MOST = 1 << 20;

  /** No host is longer; without a limit values could double with each assignment. */
  private static final int LONGEST_VALUE = 1024;

  private Placeholders() {}

  /**
   * Resolves {@code $(NAME)} as the kubelet does: {@code $$} is one dollar sign, and what is not
   * known stays as it is.
   *
   * @param text the text
   * @param variables the value of a variable, where it is known
   */
  static String kubelet(String text, Function<String, Optional<String>> variables) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    StringBuilder resolved = new StringBuilder();
    int position = 0;
    while (position < text.length()) {
      char character = text.charAt(position);
      char next = position + 1 < text.length() ? text.charAt(position + 1) : ' ';
      int close = next == '(' ? text.indexOf(')', position) : -1;
      if (character == '$' && next == '$') {
        resolved.append('$');
        position += 2;
      } else if (character == '$' && close > 0 && resolved.length() < text.length() + MOST) {
        String reference = text.substring(position, close + 1);
        String name = text.substring(position + 2, close);
        resolved.append(variables.apply(name).orElse(reference));
        position = close + 1;
      } else {
        resolved.append(character);
        position++;
      }
    }
    return resolved.toString();
  }

  /**
   * Resolves {@code $NAME}, {@code ${NAME}} and {@code ${NAME:-default}} as shells and many
   * programs do, with the assignments that stand in the text itself.
   *
   * @param text the text
   * @param variables the value of a variable, where it is known
   */
  static String program(String text, Function<String, Optional<String>> variables) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    Map<String, String> assigned = assignments(text);
    String resolved = text;
    // A value can hold a reference itself; more than a few levels is nobody's intention.
    for (int level = 0; level < 3; level++) {
      String next = replace(resolved, assigned, variables);
      if (next.equals(resolved)) {
        break;
      }
      resolved = next;
    }
    return resolved;
  }

  private static String replace(
      String text, Map<String, String> assigned, Function<String, Optional<String>> variables) {
    StringBuilder replaced = new StringBuilder();
    Matcher references = PROGRAM.matcher(text);
    while (references.find()) {
      String value =
          replaced.length() > text.length() + MOST
              ? references.group()
              : value(references, assigned, variables);
      references.appendReplacement(replaced, Matcher.quoteReplacement(value));
    }
    return references.appendTail(replaced).toString();
  }

  private static String value(
      MatchResult match,
      Map<String, String> assigned,
      Function<String, Optional<String>> variables) {
    String name = match.group(1) == null ? match.group(3) : match.group(1);
    @Nullable String own = assigned.get(name);
    if (own != null) {
      return own;
    }
    @Nullable String fallback = match.group(2);
    return variables
        .apply(name)
        .orElse(fallback == null || fallback.isEmpty() ? match.group() : fallback);
  }

  /** What was assigned before may be a part of what is assigned now, as in {@code H=$H-db}. */
  private static String earlier(String value, Map<String, String> assigned) {
    if (value.indexOf('$') < 0 || value.length() > LONGEST_VALUE) {
      return value;
    }
    String resolved = replace(value, assigned, _ -> Optional.empty());
    // What still refers to something could grow with each assignment.
    return resolved.length() > LONGEST_VALUE || resolved.indexOf('$') >= 0 ? value : resolved;
  }

  private static Map<String, String> assignments(String text) {
    Map<String, String> assigned = new HashMap<>();
    for (Matcher each = ASSIGNMENT.matcher(text); each.find(); ) {
      String value =
          each.group(2) != null
              ? each.group(2)
              : each.group(3) != null ? each.group(3) : each.group(4);
      assigned.put(each.group(1), earlier(value, assigned));
    }
    return assigned;
  }
}

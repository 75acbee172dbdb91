package dev.sluice.policy.workload;

import java.util.HashMap;
import java.util.List;
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
          "\\$\\{([A-Za-z_][A-Za-z0-9_.]*|[0-9@*])(?::?[-=+?]?([^{}]*))?\\}|\\$([A-Za-z_]\\w*|[0-9@*])");
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?:^|[\\s;&|(`])([A-Za-z_]\\w*)(?:\\+?)=(?:\"([^\"]*)\"|'([^']*)'|([^\\s;&|)`\"']+))");

  /** The other ways in which a shell gives values: for, read and set. */
  private static final Pattern ANOTHER =
      Pattern.compile(
          "\\bfor\\s+([A-Za-z_]\\w*)\\s+in((?:\\s+[\\w.:/-]+){1,16})\\s*[;\\n]"
              + "|\\bread\\s+(?:-r\\s+)?([A-Za-z_]\\w*)\\s*<<<\\s*[\"']?([\\w.:/-]+)"
              + "|\\bset\\s+--((?:\\s+[\\w.:/-]+){1,9})");

  /** How programs read a variable. */
  private static final Pattern CODE =
      Pattern.compile(
          "(?:os\\.environ(?:\\.get)?|os\\.getenv|process\\.env|System\\.getenv|ENV(?:\\.fetch)?|os\\.Getenv"
              + "|getenv|\\$_ENV|Deno\\.env\\.get|Environment\\.GetEnvironmentVariable|env::var)"
              + "\\s*[.(\\[]\\s*[\"']?([A-Za-z_]\\w*)[\"']?\\s*[)\\]]?");

  private static final Pattern TEMPLATE =
      Pattern.compile(
          "\\{\\{-?\\s*(?:\\.Env\\.|\\.|(?:env|getenv)["
              + " .(]+[\"'`]?)?([A-Za-z_]\\w*)[\"'`]?\\)?\\s*-?\\}\\}"
              + "|\\$\\{env[:.]([A-Za-z_]\\w*)\\}|<%=?-?\\s*\"?([^\"%<>]{1,64})\"\\s*-?%>"
              + "|%([A-Za-z_]\\w*)%");

  private static final List<Integer> NAMES_IN_TEMPLATES = List.of(1, 2, 4);

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
    if (!mayRefer(text)) {
      return text;
    }
    Map<String, String> assigned = text.indexOf('$') < 0 ? Map.of() : assignments(text);
    String resolved = templates(code(text, variables), variables);
    // A value can hold a reference itself; more than a few levels is nobody's intention.
    for (int level = 0; level < 3 && resolved.indexOf('$') >= 0; level++) {
      String next = replace(resolved, assigned, variables);
      if (next.equals(resolved)) {
        break;
      }
      resolved = next;
    }
    return resolved;
  }

  private static boolean mayRefer(String text) {
    return text.indexOf('$') >= 0
        || text.indexOf('%') >= 0
        || text.contains("{{")
        || text.contains("env")
        || text.contains("ENV");
  }

  /**
   * The value of a shell's $0, $1, ... or all of them.
   *
   * @param name what stands behind the dollar sign
   * @param values the values
   */
  static Optional<String> positional(String name, List<String> values) {
    if (name.equals("@") || name.equals("*")) {
      return Optional.of(
          String.join(" ", values.subList(Math.min(1, values.size()), values.size())));
    }
    int number = name.length() == 1 ? name.charAt(0) - '0' : -1;
    return number >= 0 && number < values.size()
        ? Optional.of(values.get(number))
        : Optional.empty();
  }

  /** {@code os.environ["NAME"]} as a text of the program. */
  private static String code(String text, Function<String, Optional<String>> variables) {
    if (!text.contains("env") && !text.contains("ENV")) {
      return text;
    }
    return replaced(
        CODE.matcher(text),
        text,
        each ->
            variables.apply(each.group(1)).map(value -> "\"" + value + "\"").orElse(each.group()));
  }

  /** With every match replaced, as long as the text does not become too long. */
  private static String replaced(
      Matcher matcher, String text, Function<MatchResult, String> replacement) {
    StringBuilder replaced = new StringBuilder();
    while (matcher.find()) {
      String value =
          replaced.length() > text.length() + MOST
              ? matcher.group()
              : replacement.apply(matcher.toMatchResult());
      matcher.appendReplacement(replaced, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(replaced).toString();
  }

  /** {@code {{ .Env.NAME }}}, {@code %NAME%} and their like. */
  private static String templates(String text, Function<String, Optional<String>> variables) {
    if (text.indexOf('%') < 0 && !text.contains("{{") && !text.contains("${env")) {
      return text;
    }
    return replaced(
        TEMPLATE.matcher(text),
        text,
        each -> {
          if (each.group(3) != null) {
            // Ruby's template, in which the variable is a text by now.
            return each.group(3);
          }
          for (int group : NAMES_IN_TEMPLATES) {
            if (each.group(group) != null) {
              return variables.apply(each.group(group)).orElse(each.group());
            }
          }
          return each.group();
        });
  }

  private static String replace(
      String text, Map<String, String> assigned, Function<String, Optional<String>> variables) {
    return replaced(PROGRAM.matcher(text), text, match -> value(match, assigned, variables));
  }

  private static String value(
      MatchResult match,
      Map<String, String> assigned,
      Function<String, Optional<String>> variables) {
    String name = match.group(1) == null ? match.group(3) : match.group(1);
    @Nullable String own = assigned.get(name);
    @Nullable String further = match.group(2);
    if (own != null) {
      return edited(own, further);
    }
    return variables
        .apply(name)
        .map(value -> edited(value, further))
        .orElse(further == null || further.isEmpty() ? match.group() : further);
  }

  /** A value without its beginning or end, or with another part, as a shell writes it. */
  private static String edited(String value, @Nullable String edit) {
    if (edit == null || edit.length() < 2 || value.length() + edit.length() > LONGEST_VALUE) {
      return value;
    }
    String literal = edit.replaceFirst("^[#%/]{1,2}", "");
    return switch (edit.charAt(0)) {
      case '#' -> value.startsWith(literal) ? value.substring(literal.length()) : value;
      case '%' ->
          value.endsWith(literal) ? value.substring(0, value.length() - literal.length()) : value;
      case '/' -> {
        int slash = literal.indexOf('/');
        yield slash > 0
            ? value.replace(literal.substring(0, slash), literal.substring(slash + 1))
            : value.replace(literal, "");
      }
      default -> value;
    };
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
      String known = earlier(value, assigned);
      boolean appended = text.charAt(each.end(1)) == '+';
      String before = appended ? assigned.getOrDefault(each.group(1), "") : "";
      assigned.put(each.group(1), before.length() > LONGEST_VALUE ? known : before + known);
    }
    for (Matcher each = ANOTHER.matcher(text); each.find(); ) {
      if (each.group(1) != null) {
        // Each of the list in its turn.
        assigned.put(each.group(1), each.group(2).strip().replaceAll("\\s+", ","));
      } else if (each.group(3) != null) {
        assigned.put(each.group(3), each.group(4));
      } else {
        String[] values = each.group(5).strip().split("\\s+", -1);
        for (int value = 0; value < Math.min(values.length, 9); value++) {
          assigned.put(Integer.toString(value + 1), values[value]);
        }
      }
    }
    return assigned;
  }
}

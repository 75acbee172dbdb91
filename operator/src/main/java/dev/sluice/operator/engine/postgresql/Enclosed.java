package dev.sluice.operator.engine.postgresql;

import org.jspecify.annotations.Nullable;

/**
 * Whether an SQL expression stays within the parentheses that it is put between: whatever it opens
 * it closes, and it closes nothing else. Follows the lexical rules of PostgreSQL with {@code
 * standard_conforming_strings} on.
 */
final class Enclosed {
  private final String text;
  private int position;

  private Enclosed(String text) {
    this.text = text;
  }

  /**
   * Why a text cannot be put between parentheses.
   *
   * @param text the expression
   * @return the reason; null where it can
   */
  static @Nullable String problem(String text) {
    if (text.indexOf('\0') >= 0) {
      return "it holds a NUL character";
    }
    return new Enclosed(text).problem();
  }

  private @Nullable String problem() {
    int depth = 0;
    while (position < text.length()) {
      char character = text.charAt(position);
      boolean closed = true;
      switch (character) {
        case '(' -> {
          depth++;
          position++;
        }
        case ')' -> {
          if (--depth < 0) {
            return "it closes a parenthesis that it has not opened";
          }
          position++;
        }
        case ';' -> {
          return "it has a semicolon";
        }
        case '\'' -> closed = quoted('\'', false);
        case '"' -> closed = quoted('"', false);
        case '$' -> closed = dollars();
        case '-' -> {
          if (at("--")) {
            line();
          } else {
            position++;
          }
        }
        case '/' -> {
          if (at("/*")) {
            closed = block();
          } else {
            position++;
          }
        }
        default -> closed = word();
      }
      if (!closed) {
        return "a quote or comment in it is not closed";
      }
    }
    return depth == 0 ? null : "a parenthesis in it is not closed";
  }

  private boolean at(String start) {
    return text.startsWith(start, position);
  }

  /** An identifier or keyword as a whole, with the string that {@code E} begins; else one sign. */
  private boolean word() {
    int start = position++;
    if (!identifierStart(text.charAt(start))) {
      return true;
    }
    while (position < text.length() && identifierPart(text.charAt(position))) {
      position++;
    }
    boolean escapes =
        position == start + 1
            && (text.charAt(start) == 'E' || text.charAt(start) == 'e')
            && at("'");
    return !escapes || quoted('\'', true);
  }

  private boolean quoted(char quote, boolean escapes) {
    position++;
    while (position < text.length()) {
      char character = text.charAt(position++);
      if (character == '\\' && escapes) {
        position++;
      } else if (character == quote) {
        if (position < text.length() && text.charAt(position) == quote) {
          position++;
        } else {
          // A string goes on in the next literal where only blanks with a line break lie between;
          // with
          // escapes the rest has them too, which no filter needs.
          return !escapes || !continues();
        }
      }
    }
    return false;
  }

  private boolean continues() {
    int next = position;
    boolean lineBreak = false;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      lineBreak |= text.charAt(next) == '\n' || text.charAt(next) == '\r';
      next++;
    }
    return lineBreak
        && next < text.length()
        && (text.charAt(next) == '\'' || text.charAt(next) == '-');
  }

  /** {@code $tag$ ... $tag$}, or a dollar sign of another meaning. */
  private boolean dollars() {
    int end = position + 1;
    while (end < text.length() && identifierPart(text.charAt(end)) && text.charAt(end) != '$') {
      end++;
    }
    boolean tag =
        end < text.length()
            && text.charAt(end) == '$'
            && (end == position + 1 || !Character.isDigit(text.charAt(position + 1)));
    if (!tag) {
      position++;
      return true;
    }
    String delimiter = text.substring(position, end + 1);
    int close = text.indexOf(delimiter, end + 1);
    position = close + delimiter.length();
    return close >= 0;
  }

  private void line() {
    while (position < text.length()
        && text.charAt(position) != '\n'
        && text.charAt(position) != '\r') {
      position++;
    }
  }

  /** Comments nest. */
  private boolean block() {
    int depth = 0;
    while (position < text.length()) {
      if (at("/*")) {
        depth++;
        position += 2;
      } else if (at("*/")) {
        position += 2;
        if (--depth == 0) {
          return true;
        }
      } else {
        position++;
      }
    }
    return false;
  }

  private static boolean identifierStart(char character) {
    return character == '_'
        || (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || character >= 128;
  }

  private static boolean identifierPart(char character) {
    return identifierStart(character) || character == '$' || (character >= '0' && character <= '9');
  }
}

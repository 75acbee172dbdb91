package dev.sluice.policy.event;

import java.util.Optional;

/**
 * A statement's text without its values and comments, for texts that no gate has parsed. Whatever
 * could hold a value becomes {@code ?}: strings of every kind, bodies in dollar quotes, numbers.
 * Where it is not certain where a value ends there is no text.
 */
public final class StatementOutline {
  private static final int LONGEST = 4000;

  private final String text;
  private final StringBuilder outline = new StringBuilder();
  private int at;

  private StatementOutline(String text) {
    this.text = text;
  }

  /**
   * The outline of a text.
   *
   * @param text as PostgreSQL was sent it
   * @return at most 4,000 characters; empty where it is not certain where a value ends
   */
  public static Optional<String> of(String text) {
    StatementOutline made = new StatementOutline(text);
    if (!made.read()) {
      return Optional.empty();
    }
    String whole = made.outline.toString().strip();
    return Optional.of(whole.length() <= LONGEST ? whole : whole.substring(0, LONGEST) + "…");
  }

  private boolean read() {
    while (at < text.length()) {
      char next = text.charAt(at);
      if (Character.isWhitespace(next)) {
        at++;
        space();
      } else if (text.startsWith("--", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
        space();
      } else if (text.startsWith("/*", at)) {
        if (!comment()) {
          return false;
        }
        space();
      } else if (next == '\'') {
        if (!string()) {
          return false;
        }
      } else if (next == '"') {
        if (!identifier()) {
          return false;
        }
      } else if (next == '$') {
        if (!dollar()) {
          return false;
        }
      } else if (isDigit(next)
          || (next == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
        number();
      } else if (Character.isLetter(next) || next == '_' || next >= 0x80) {
        word();
      } else {
        outline.append(next);
        at++;
      }
    }
    return true;
  }

  private void space() {
    if (!outline.isEmpty() && outline.charAt(outline.length() - 1) != ' ') {
      outline.append(' ');
    }
  }

  /** Comments nest. */
  private boolean comment() {
    int depth = 0;
    while (at < text.length()) {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return true;
        }
      } else {
        at++;
      }
    }
    return false;
  }

  /**
   * A backslash before a quote ends a string or does not, as a setting of the session says which is
   * not known here.
   */
  private boolean string() {
    at++;
    while (at < text.length()) {
      char next = text.charAt(at);
      if (next == '\\') {
        return false;
      }
      if (next == '\'') {
        if (at + 1 < text.length() && text.charAt(at + 1) == '\'') {
          at += 2;
          continue;
        }
        at++;
        outline.append('?');
        return true;
      }
      at++;
    }
    return false;
  }

  private boolean identifier() {
    int end = at + 1;
    while (end < text.length()) {
      if (text.charAt(end) == '"') {
        if (end + 1 < text.length() && text.charAt(end + 1) == '"') {
          end += 2;
          continue;
        }
        outline.append(text, at, end + 1);
        at = end + 1;
        return true;
      }
      end++;
    }
    return false;
  }

  private boolean dollar() {
    int end = at + 1;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    boolean parameter = at + 1 < text.length() && isDigit(text.charAt(at + 1));
    if (parameter || end >= text.length() || text.charAt(end) != '$') {
      outline.append('$');
      at++;
      return true;
    }
    String tag = text.substring(at, end + 1);
    int closing = text.indexOf(tag, end + 1);
    if (closing < 0) {
      return false;
    }
    at = closing + tag.length();
    outline.append('?');
    return true;
  }

  private void number() {
    while (at < text.length()
        && (isWord(text.charAt(at))
            || text.charAt(at) == '.'
            || ((text.charAt(at) == '+' || text.charAt(at) == '-')
                && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E')))) {
      at++;
    }
    outline.append('?');
  }

  /** A word; it may stand before a string, as in {@code E'...'}. */
  private void word() {
    int begin = at;
    while (at < text.length() && (isWord(text.charAt(at)) || text.charAt(at) == '$')) {
      at++;
    }
    outline.append(text, begin, at);
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isWord(char character) {
    return Character.isLetterOrDigit(character) || character == '_' || character >= 0x80;
  }
}

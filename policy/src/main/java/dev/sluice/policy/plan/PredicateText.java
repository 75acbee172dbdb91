package dev.sluice.policy.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The text of an SQL condition: whether it stays within the parentheses that it is put between, so
 * that whatever it opens it closes, and it closes nothing else, and which attributes of the session
 * it names. Follows the lexical rules of PostgreSQL with {@code standard_conforming_strings} on.
 */
public final class PredicateText {
  private static final String SESSION = "session";

  private final String text;
  private final List<Word> words = new ArrayList<>();
  private int position;

  /** An identifier or keyword that stands outside quotes and comments. */
  private record Word(int start, int end) {}

  private PredicateText(String text) {
    this.text = text;
  }

  /**
   * Why a text cannot be put between parentheses.
   *
   * @param text the expression
   * @return the reason; null where it can
   */
  public static @Nullable String problem(String text) {
    if (text.indexOf('\0') >= 0) {
      return "it holds a NUL character";
    }
    return new PredicateText(text).problem();
  }

  /**
   * A text with values in the place of the attributes that it names as {@code session.NAME}.
   *
   * @param text the condition
   * @param attributes the attributes of its sessions
   * @return the condition, with each value as a string constant
   * @throws IllegalArgumentException where it names an attribute that there is not, with a message
   *     for who wrote it
   */
  static String resolved(String text, Map<String, String> attributes) {
    PredicateText read = new PredicateText(text);
    if (read.problem() != null) {
      return text; // told where it is to be put into a view
    }
    StringBuilder result = new StringBuilder(text.length());
    int done = 0;
    for (int index = 0; index + 1 < read.words.size(); index++) {
      Word word = read.words.get(index);
      Word next = read.words.get(index + 1);
      if (!read.isSession(word) || next.start != word.end + 1 || text.charAt(word.end) != '.') {
        continue;
      }
      String name = text.substring(next.start, next.end);
      String value = attributes.get(name.toLowerCase(Locale.ROOT));
      if (value == null) {
        throw new IllegalArgumentException(
            "there is no session.%s; there is session.%s"
                .formatted(name, String.join(", session.", new TreeSet<>(attributes.keySet()))));
      }
      result.append(text, done, word.start).append('\'').append(value.replace("'", "''"));
      result.append('\'');
      done = next.end;
    }
    return result.append(text, done, text.length()).toString();
  }

  /** The same; rows of which nobody can tell which they are, are none. */
  static String resolvedOrNone(String text, Map<String, String> attributes) {
    try {
      return resolved(text, attributes);
    } catch (IllegalArgumentException e) {
      return "false";
    }
  }

  /** A table of that name is named in double quotes. */
  private boolean isSession(Word word) {
    return text.substring(word.start, word.end).equalsIgnoreCase(SESSION)
        && (word.start == 0 || text.charAt(word.start - 1) != '.');
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
    if (!at("'") && !at("&")) {
      words.add(new Word(start, position));
    }
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

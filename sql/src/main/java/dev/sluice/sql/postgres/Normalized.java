package dev.sluice.sql.postgres;

import dev.sluice.sql.postgres.grammar.Tokens;

/**
 * A statement's text without its constants and comments.
 *
 * <p>Made from the tokens, not from the tree, so that no constant is missed: those of utility
 * statements (the password of a role), the bodies of functions and DO blocks, and those of a text
 * that the grammar refuses.
 */
final class Normalized {

  private Normalized() {}

  /**
   * Replaces constants and leaves out comments.
   *
   * @param text the text
   * @param offsets the characters of its bytes
   * @param tokens its tokens
   * @param first the first token
   * @param end the token after the last
   * @param parameters the highest parameter that is in it already
   * @return the text from the first token to the last, the very same text where nothing was to be
   *     changed
   */
  static String text(
      String text, Offsets offsets, Tokens tokens, int first, int end, int parameters) {
    if (first >= end) {
      return "";
    }
    StringBuilder result = new StringBuilder();
    int number = parameters;
    int done = offsets.character(tokens.start(first));
    int start = done;
    for (int token = first; token < end; token++) {
      if (!tokens.constant(token) && !tokens.comment(token)) {
        continue;
      }
      result.append(text, done, offsets.character(tokens.start(token)));
      if (tokens.constant(token)) {
        result.append('$').append(++number);
        token = tokens.whole(token);
      } else if (!result.isEmpty() && !Character.isWhitespace(result.charAt(result.length() - 1))) {
        result.append(' ');
      }
      done = offsets.character(tokens.end(token));
    }
    int last = offsets.character(tokens.end(end - 1));
    if (done == start) {
      return text.substring(start, last);
    }
    return result.append(text, done, last).toString().strip();
  }
}

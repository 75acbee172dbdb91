package dev.sluice.sql.postgres.grammar;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The tokens of a text, comments among them, in the order of the text. Positions are bytes of its
 * UTF-8.
 *
 * <p>The enumeration {@code Token} of libpg_query's {@code pg_query.proto} gives the kinds.
 */
public final class Tokens {

  /** A dot. */
  public static final int DOT = '.';

  /** An opening parenthesis. */
  public static final int OPENING = '(';

  /** A closing parenthesis. */
  public static final int CLOSING = ')';

  /** The operator {@code =}. */
  public static final int EQUALS = '=';

  /** The cast {@code ::}. */
  public static final int CAST = 268;

  private static final int UNICODE_IDENTIFIER = 259;
  private static final int FIRST_CONSTANT = 260;
  private static final int LAST_STRING_CONSTANT = 264;
  private static final int UNICODE_STRING = 262;
  private static final int INTEGER = 266;
  private static final int LINE_COMMENT = 275;
  private static final int BLOCK_COMMENT = 276;
  private static final int BINARY = 311;
  private static final int UESCAPE = 715;

  /** Numbers of a token: start, end and kind, the layout of Token in the library's tokens.rs. */
  private static final int NUMBERS = 3;

  private final int[] starts;
  private final int[] ends;
  private final int[] kinds;
  private final int count;

  private Tokens(int count) {
    this.count = count;
    this.starts = new int[count];
    this.ends = new int[count];
    this.kinds = new int[count];
  }

  @SuppressWarnings("restricted") // it is as long as the library says
  static Tokens read(MemorySegment address, int count) {
    Tokens tokens = new Tokens(count);
    MemorySegment numbers = address.reinterpret((long) count * NUMBERS * Integer.BYTES);
    for (int token = 0; token < count; token++) {
      long first = (long) token * NUMBERS;
      tokens.starts[token] = numbers.getAtIndex(JAVA_INT, first);
      tokens.ends[token] = numbers.getAtIndex(JAVA_INT, first + 1);
      tokens.kinds[token] = numbers.getAtIndex(JAVA_INT, first + 2);
    }
    return tokens;
  }

  /** How many tokens there are. */
  public int count() {
    return count;
  }

  /**
   * The byte that a token starts at.
   *
   * @param token its index, from 0
   */
  public int start(int token) {
    return starts[token];
  }

  /**
   * The byte after a token's last.
   *
   * @param token its index, from 0
   */
  public int end(int token) {
    return ends[token];
  }

  /** A token's number in the enumeration {@code Token}. */
  int kind(int token) {
    return kinds[token];
  }

  /** Whether a token is there and of one kind. */
  public boolean is(int token, int kind) {
    return token < count && kinds[token] == kind;
  }

  /**
   * Whether a token is a constant: a number or any form of string, dollar-quoted bodies among them.
   */
  public boolean constant(int token) {
    int kind = kinds[token];
    return kind == INTEGER || (kind >= FIRST_CONSTANT && kind <= LAST_STRING_CONSTANT);
  }

  /** Whether a token is a comment. */
  public boolean comment(int token) {
    return kinds[token] == LINE_COMMENT || kinds[token] == BLOCK_COMMENT;
  }

  /** Whether a token is the word BINARY. */
  public boolean binary(int token) {
    return kinds[token] == BINARY;
  }

  /** The index of the first token that starts at a byte or after it; {@link #count()}: none. */
  public int from(int position) {
    int found = Arrays.binarySearch(starts, 0, count, position);
    return found >= 0 ? found : -found - 1;
  }

  /** The index of the first token after one that is not a comment. */
  public int next(int token) {
    int next = token + 1;
    while (next < count && comment(next)) {
      next++;
    }
    return next;
  }

  /**
   * The last token of an identifier or string that starts with one: of {@code U&"..." UESCAPE '!'}
   * it is the third, else the token itself.
   */
  public int whole(int token) {
    if (kinds[token] == UNICODE_IDENTIFIER || kinds[token] == UNICODE_STRING) {
      int escape = next(token);
      if (is(escape, UESCAPE)) {
        return next(escape);
      }
    }
    return token;
  }
}

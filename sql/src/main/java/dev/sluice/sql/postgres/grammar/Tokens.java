package dev.sluice.sql.postgres.grammar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The tokens of a text, comments among them, in the order of the text. Positions are bytes of its
 * UTF-8.
 *
 * <p>Read from the protobuf message {@code ScanResult} of libpg_query's {@code pg_query.proto},
 * whose enumeration {@code Token} gives the kinds.
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

  private int[] starts = new int[32];
  private int[] ends = new int[32];
  private int[] kinds = new int[32];
  private int count;

  private Tokens() {}

  static Tokens read(MemorySegment scanResult) {
    Tokens tokens = new Tokens();
    Message message = new Message(scanResult.toArray(JAVA_BYTE));
    while (message.more()) {
      int tag = message.number();
      if (tag == (2 << 3 | 2)) {
        tokens.add(message);
      } else {
        message.skip(tag);
      }
    }
    return tokens;
  }

  private void add(Message message) {
    int length = message.number();
    int end = message.position + length;
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
      kinds = Arrays.copyOf(kinds, count * 2);
    }
    while (message.position < end) {
      int tag = message.number();
      switch (tag) {
        case 1 << 3 -> starts[count] = message.number();
        case 2 << 3 -> ends[count] = message.number();
        case 4 << 3 -> kinds[count] = message.number();
        default -> message.skip(tag);
      }
    }
    count++;
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

  /** A protobuf message's bytes. */
  private static final class Message {
    private final byte[] bytes;
    private int position;

    Message(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean more() {
      return position < bytes.length;
    }

    int number() {
      long number = 0;
      for (int shift = 0; ; shift += 7) {
        byte part = bytes[position++];
        number |= (long) (part & 0x7f) << shift;
        if (part >= 0) {
          return (int) number;
        }
      }
    }

    void skip(int tag) {
      switch (tag & 7) {
        case 0 -> number();
        case 1 -> position += Long.BYTES;
        case 2 -> {
          int length = number();
          position += length;
        }
        case 5 -> position += Integer.BYTES;
        default ->
            throw new IllegalStateException("not a protobuf message: wire type " + (tag & 7));
      }
    }
  }
}

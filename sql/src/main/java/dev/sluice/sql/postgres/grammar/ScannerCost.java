package dev.sluice.sql.postgres.grammar;

/**
 * Foretells what PostgreSQL's scanner takes for a text, where that is more than its length.
 *
 * <p>The scanner reads a run of operator characters as far as it goes and then gives most of it
 * back: before each plus or minus at its end, and before each comment that opens within a comment.
 * A text of 64 KiB that is nothing but {@code +-+-+-} takes it half a minute, and the server as
 * well.
 */
public final class ScannerCost {

  /** Steps that a text may take beyond its length: some ten milliseconds. */
  static final long MOST_STEPS = 4_000_000;

  private static final boolean[] OPERATOR = new boolean[128];

  static {
    for (char character : "~!@#^&|`?+-*/%<>=".toCharArray()) {
      OPERATOR[character] = true;
    }
  }

  private ScannerCost() {}

  /**
   * Whether a text may be given to the scanner.
   *
   * @param text the text in UTF-8
   */
  public static boolean bearable(byte[] text) {
    return bearable(text, 0, text.length);
  }

  /**
   * Whether a part of an array may be given to the scanner.
   *
   * @param text the text in UTF-8
   * @param from its first byte
   * @param end the byte after its last
   */
  public static boolean bearable(byte[] text, int from, int end) {
    long steps = 0;
    int position = from;
    while (position < end) {
      if (!operator(text[position])) {
        position++;
        continue;
      }
      int start = position;
      int returns = 0;
      while (position < end && operator(text[position])) {
        boolean opens = text[position] == '*' && position > start && text[position - 1] == '/';
        if (opens || text[position] == '+') {
          returns++;
        }
        position++;
      }
      steps += 2L * returns * (position - start);
      if (steps > MOST_STEPS) {
        return false;
      }
    }
    return true;
  }

  private static boolean operator(byte character) {
    return character >= 0 && OPERATOR[character];
  }
}

package dev.sluice.sql.postgres;

/**
 * Bounds of a {@link SqlAnalyzer}.
 *
 * @param textBytes the longest text that is parsed, in bytes of UTF-8; a longer one is unknown.
 *     Each byte costs at worst 75 bytes of tree and 64 bytes of stack, for as long as the text is
 *     parsed: 1 to {@value #MOST_TEXT_BYTES}
 * @param depth the deepest tree that is read, in nodes; a deeper one is unknown. An operator is two
 *     nodes
 * @param threads parser threads for ordinary texts; long ones have one of their own
 * @param cachedTexts how many analyses are kept
 * @param cachedBytes how many bytes of the heap they may take, about
 */
public record Limits(int textBytes, int depth, int threads, int cachedTexts, int cachedBytes) {

  /** The greatest bound for a text. */
  public static final int MOST_TEXT_BYTES = 4 << 20;

  /** What a gate beside a pod has: texts of 256 KiB, a cache of 2 MiB. */
  public static final Limits DEFAULT = new Limits(256 << 10, 30_000, 1, 2_000, 2 << 20);

  /** Checks the bounds. */
  public Limits {
    if (textBytes < 1 || textBytes > MOST_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "textBytes must be 1 to %d, not %d".formatted(MOST_TEXT_BYTES, textBytes));
    }
    if (depth < 100 || depth > 60_000) {
      throw new IllegalArgumentException("depth must be 100 to 60000, not " + depth);
    }
    if (threads < 1 || cachedTexts < 0 || cachedBytes < 0) {
      throw new IllegalArgumentException("a bound is negative, or there are no threads: " + this);
    }
  }
}

package dev.sluice.sql.postgres.grammar;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.avaje.json.PropertyNames;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the grammar makes of a text, in native memory: only for as long as it is handed out. */
public final class Reading {

  // The layout of Reading in the library's read.rs, behind that of Head.
  private static final long TOKENS = 32;
  private static final long COUNT = 40;
  private static final long FINGERPRINT = 48;
  private static final int FINGERPRINT_BYTES = 16;

  private final MemorySegment tree;
  private final @Nullable Refusal refusal;
  private final @Nullable Tokens tokens;
  private final @Nullable String fingerprint;

  private Reading(
      MemorySegment tree,
      @Nullable Refusal refusal,
      @Nullable Tokens tokens,
      @Nullable String fingerprint) {
    this.tree = tree;
    this.refusal = refusal;
    this.tokens = tokens;
    this.fingerprint = fingerprint;
  }

  static Reading of(MemorySegment tree, @Nullable Refusal refusal, MemorySegment result) {
    long count = result.get(JAVA_LONG, COUNT);
    Tokens tokens = null;
    if (count >= 0) {
      tokens = Tokens.read(result.get(ADDRESS, TOKENS), Math.toIntExact(count));
    }
    String fingerprint = null;
    if (refusal == null) {
      byte[] digits = result.asSlice(FINGERPRINT, FINGERPRINT_BYTES).toArray(JAVA_BYTE);
      fingerprint = new String(digits, US_ASCII);
    }
    return new Reading(tree, refusal, tokens, fingerprint);
  }

  /** What the grammar said against the text; null: it accepts it. */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /**
   * The text's tokens; null: it does not consist of tokens, or the scanner cannot be told the
   * options.
   */
  public @Nullable Tokens tokens() {
    return tokens;
  }

  /** The fingerprint of the whole text, sixteen hexadecimal digits; null: it was refused. */
  public @Nullable String fingerprint() {
    return fingerprint;
  }

  /**
   * Reads the tree of a text that was accepted.
   *
   * @param names names that the reader need not make anew
   * @param deepest the depth at which the reader gives up
   * @param reader what is done with it
   * @return what the reader made of it
   * @throws TreeReader.TooDeepException where the tree is deeper
   */
  public <T> T tree(PropertyNames names, int deepest, Function<TreeReader, T> reader) {
    try (TreeReader json = TreeReader.of(tree, names, deepest)) {
      return reader.apply(json);
    }
  }
}

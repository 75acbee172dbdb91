package dev.sluice.sql.postgres.grammar;

import io.avaje.json.PropertyNames;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A text in native memory, on the parser thread that reads it. */
public final class GrammarText {

  /**
   * The option under which a backslash in an ordinary string escapes, as {@code
   * standard_conforming_strings = off} has it.
   */
  public static final int BACKSLASH_ESCAPES = 32;

  private final PgQueryLibrary library;
  private final MemorySegment bytes;
  private final byte[] text;
  private final int options;

  GrammarText(PgQueryLibrary library, MemorySegment bytes, byte[] text, int options) {
    this.library = library;
    this.bytes = bytes;
    this.text = text;
    this.options = options;
  }

  /**
   * Reads the text's tree.
   *
   * @param names names that the reader need not make anew
   * @param deepest the depth at which the reader gives up
   * @param reader what is done with it
   * @return what the reader made of it, or the grammar's refusal
   * @throws TreeReader.TooDeepException where the tree is deeper
   */
  public <T> Reading<T> tree(PropertyNames names, int deepest, Function<TreeReader, T> reader) {
    PgQueryLibrary.Answer<T> answer =
        library.parse(
            bytes,
            options,
            json -> {
              try (TreeReader tree = TreeReader.of(json, names, deepest)) {
                return reader.apply(tree);
              }
            });
    return new Reading<>(answer.value(), answer.refusal());
  }

  /**
   * What a tree gave.
   *
   * @param value what was made of it; null: the text was refused
   * @param refusal what the grammar said; null: the text was accepted
   * @param <T> what was made of it
   */
  public record Reading<T>(@Nullable T value, @Nullable Refusal refusal) {}

  /**
   * The text's tokens; null: it does not consist of tokens, or the scanner cannot be told the
   * options.
   */
  public @Nullable Tokens tokens() {
    if (options != 0 && hasBackslash()) {
      return null;
    }
    return library.scan(bytes, Tokens::read).value();
  }

  private boolean hasBackslash() {
    for (byte character : text) {
      if (character == '\\') {
        return true;
      }
    }
    return false;
  }

  /**
   * The fingerprint of a part of the text.
   *
   * @param start its first byte
   * @param end the byte after its last
   * @return sixteen hexadecimal digits; null: the part cannot be parsed
   */
  public @Nullable String fingerprint(int start, int end) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment part = arena.allocate(end - start + 1L);
      MemorySegment.copy(bytes, start, part, 0, end - start);
      return library.fingerprint(part, options).value();
    }
  }
}

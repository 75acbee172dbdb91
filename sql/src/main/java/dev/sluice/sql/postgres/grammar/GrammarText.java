package dev.sluice.sql.postgres.grammar;

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
  private final int options;

  GrammarText(PgQueryLibrary library, MemorySegment bytes, int options) {
    this.library = library;
    this.bytes = bytes;
    this.options = options;
  }

  /**
   * Reads the text.
   *
   * @param work what is done with what the grammar makes of it
   * @return what the work returned
   */
  public <T> T read(Function<Reading, T> work) {
    return library.read(bytes, options, work);
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
      return library.fingerprint(part, options);
    }
  }
}

package dev.sluice.sql.postgres.grammar;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text as libpg_query's own {@code pg_query_scan} tells them: the protobuf message
 * {@code ScanResult} of its {@code pg_query.proto}.
 */
final class ScanResult {

  /**
   * A token.
   *
   * @param start its first byte
   * @param end the byte after its last
   * @param kind its number in the enumeration {@code Token}
   */
  record Token(int start, int end, int kind) {}

  private static final long LENGTH = 8;
  private static final long MESSAGE = 16;
  private static final long RESULT_SIZE = 128;

  private final byte[] bytes;
  private int position;

  private ScanResult(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The tokens; null: the scanner does not take the text. */
  @SuppressWarnings("restricted")
  static @Nullable List<Token> of(byte[] text) {
    Path file = Path.of(Objects.requireNonNull(System.getProperty("sluice.pgquery.library")));
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup library = SymbolLookup.libraryLookup(file, arena);
      Linker linker = Linker.nativeLinker();
      MethodHandle scan =
          linker.downcallHandle(
              library.findOrThrow("sluice_pg_scan"),
              FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS));
      MethodHandle free =
          linker.downcallHandle(
              library.findOrThrow("sluice_pg_scan_free"), FunctionDescriptor.ofVoid(ADDRESS));
      MemorySegment given = arena.allocate(text.length + 1L);
      MemorySegment.copy(text, 0, given, JAVA_BYTE, 0, text.length);
      MemorySegment result = arena.allocate(RESULT_SIZE, 8);
      scan.invokeExact(given, 0, result);
      byte[] message =
          result.get(ADDRESS, 0).reinterpret(result.get(JAVA_LONG, LENGTH)).toArray(JAVA_BYTE);
      boolean isTaken = result.get(ADDRESS, MESSAGE).address() == 0;
      free.invokeExact(result);
      return isTaken ? new ScanResult(message).tokens() : null;
    } catch (Throwable failure) {
      throw new LinkageError("sluice_pg_scan", failure);
    }
  }

  private List<Token> tokens() {
    List<Token> tokens = new ArrayList<>();
    while (position < bytes.length) {
      int tag = number();
      if (tag == (2 << 3 | 2)) {
        tokens.add(token());
      } else {
        skip(tag);
      }
    }
    return tokens;
  }

  private Token token() {
    int end = number();
    end += position;
    int[] members = new int[6];
    while (position < end) {
      int tag = number();
      if ((tag & 7) == 0) {
        members[tag >> 3] = number();
      } else {
        skip(tag);
      }
    }
    return new Token(members[1], members[2], members[4]);
  }

  private int number() {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = bytes[position++];
      number |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return (int) number;
      }
    }
  }

  private void skip(int tag) {
    switch (tag & 7) {
      case 0 -> number();
      case 1 -> position += Long.BYTES;
      case 2 -> {
        int length = number();
        position += length;
      }
      case 5 -> position += Integer.BYTES;
      default -> throw new IllegalStateException("not a protobuf message: wire type " + (tag & 7));
    }
  }
}

package dev.sluice.sql.postgres.grammar;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.policy.event.Sha256;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The native library that {@code sql/native} builds: libpg_query, which is PostgreSQL's parser and
 * scanner cut out of the server.
 *
 * <p>The library keeps memory for each thread that calls it and recurses on that thread's stack, as
 * deep as a text nests. So it is called by the threads of {@link ParserThreads} alone. A call that
 * overflows the stack ends the process; no exception tells of it.
 */
@SuppressWarnings("restricted") // calling native code is what this class is for
public final class PgQueryLibrary {

  /** The system property that names the library's file. */
  public static final String LOCATION_PROPERTY = "sluice.pgquery.library";

  /** Bytes that the library writes as a result, at most; {@code RESULT_SIZE} in its source. */
  private static final long RESULT_SIZE = 128;

  // The layout of Head in the library's source.
  private static final long DATA = 0;
  private static final long LENGTH = 8;
  private static final long MESSAGE = 16;
  private static final long CURSOR = 24;

  private static final FunctionDescriptor CALL =
      FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor RELEASE = FunctionDescriptor.ofVoid(ADDRESS);

  private final Function read;
  private final Function shape;
  private final Function fingerprint;
  private final MethodHandle version;
  private final MethodHandle trim;
  private final MethodHandle sha256;

  private record Function(MethodHandle call, MethodHandle release) {}

  private PgQueryLibrary(SymbolLookup symbols) {
    Linker linker = Linker.nativeLinker();
    read = function(linker, symbols, "sluice_pg_read");
    shape = function(linker, symbols, "sluice_pg_shape");
    fingerprint = function(linker, symbols, "sluice_pg_fingerprint");
    version = linker.downcallHandle(symbols.findOrThrow("sluice_pg_version"), RELEASE);
    trim = linker.downcallHandle(symbols.findOrThrow("sluice_pg_trim"), RELEASE);
    sha256 = linker.downcallHandle(symbols.findOrThrow("sluice_sha256"), CALL);
  }

  private static Function function(Linker linker, SymbolLookup symbols, String name) {
    return new Function(
        linker.downcallHandle(symbols.findOrThrow(name), CALL),
        linker.downcallHandle(symbols.findOrThrow(name + "_free"), RELEASE));
  }

  /**
   * Loads the library for the life of the process: from the file that the system property {@value
   * #LOCATION_PROPERTY} names, or else from the directories of {@code java.library.path}, or else
   * from the runtime's own {@code lib}.
   *
   * @return the library
   * @throws IllegalStateException where it is in none of them, with the places that were looked at
   */
  public static PgQueryLibrary load() {
    return load(find());
  }

  /**
   * Loads the library from a file for the life of the process.
   *
   * @param file the library
   * @return the library
   * @throws IllegalStateException where the file is not a library that this machine can load
   */
  public static PgQueryLibrary load(Path file) {
    try {
      return new PgQueryLibrary(SymbolLookup.libraryLookup(file, Arena.global()));
    } catch (IllegalArgumentException unloadable) {
      throw new IllegalStateException(
          "PostgreSQL's grammar cannot be loaded from " + file, unloadable);
    }
  }

  private static Path find() {
    String given = System.getProperty(LOCATION_PROPERTY);
    if (given != null && !given.isEmpty()) {
      return Path.of(given);
    }
    String name = System.mapLibraryName("sluice_pg_query");
    List<Path> candidates = new ArrayList<>();
    for (String directory :
        System.getProperty("java.library.path", "").split(File.pathSeparator, -1)) {
      if (!directory.isEmpty()) {
        candidates.add(Path.of(directory, name));
      }
    }
    candidates.add(Path.of(System.getProperty("java.home", ""), "lib", name));
    for (Path candidate : candidates) {
      if (Files.isRegularFile(candidate)) {
        return candidate.toAbsolutePath();
      }
    }
    throw new IllegalStateException(
        "PostgreSQL's grammar, %s, was found in none of %s. Build it with sql/native/build and name it with -D%s=FILE."
            .formatted(name, candidates, LOCATION_PROPERTY));
  }

  /** The version of PostgreSQL that the grammar is of, such as {@code 17.7}. */
  public String version() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(RESULT_SIZE, 8);
      invoke(version, result);
      return text(data(result));
    }
  }

  /**
   * SHA-256, which is in the library for want of another that uses the processor's instructions. It
   * may be called by any thread.
   */
  public Sha256 sha256() {
    return new NativeSha256(sha256);
  }

  /**
   * Reads a text.
   *
   * @param text the text in UTF-8, a NUL after it
   * @param options libpg_query's parser options
   * @param work what is done with it, in memory that is gone when it returns
   * @return what the work made of it
   */
  <T> T read(MemorySegment text, int options, java.util.function.Function<Reading, T> work) {
    return call(
        read,
        text,
        options,
        (result, refusal) ->
            work.apply(
                Reading.of(refusal == null ? data(result) : MemorySegment.NULL, refusal, result)));
  }

  /**
   * What a text has in common with those that differ from it in constants and comments alone.
   *
   * @param text holds the text in UTF-8, without a NUL
   * @param from its first byte
   * @param length its bytes
   * @return one byte in place of each constant and comment; empty: there is no such thing
   */
  byte[] shape(byte[] text, int from, int length) {
    // All at once, since this is asked of most statements.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(RESULT_SIZE + length + 1L, 8);
      MemorySegment bytes = memory.asSlice(RESULT_SIZE);
      MemorySegment.copy(text, from, bytes, JAVA_BYTE, 0, length);
      return call(shape, bytes, 0, memory, (result, _) -> data(result).toArray(JAVA_BYTE));
    }
  }

  /**
   * Hashes the shape of a text: two that differ in constants, spacing and letter case have the
   * same.
   *
   * @param text the text in UTF-8, a NUL after it
   * @param options libpg_query's parser options
   * @return sixteen hexadecimal digits; null: the grammar refuses the text
   */
  @Nullable String fingerprint(MemorySegment text, int options) {
    return call(
            fingerprint,
            text,
            options,
            (result, refusal) -> Optional.ofNullable(refusal == null ? text(data(result)) : null))
        .orElse(null);
  }

  /** Gives back to the system what an unusually large text made the calling thread touch. */
  void trim() {
    try (Arena arena = Arena.ofConfined()) {
      invoke(trim, arena.allocate(RESULT_SIZE, 8));
    }
  }

  /** Makes something of a result, or of what the library said against the text. */
  @FunctionalInterface
  private interface Work<T> {
    T on(MemorySegment result, @Nullable Refusal refusal);
  }

  private static <T> T call(Function function, MemorySegment text, int options, Work<T> work) {
    try (Arena arena = Arena.ofConfined()) {
      return call(function, text, options, arena.allocate(RESULT_SIZE, 8), work);
    }
  }

  private static <T> T call(
      Function function, MemorySegment text, int options, MemorySegment result, Work<T> work) {
    invoke(function.call, text, options, result);
    try {
      return work.on(result, refusal(result));
    } finally {
      invoke(function.release, result);
    }
  }

  private static @Nullable Refusal refusal(MemorySegment result) {
    MemorySegment message = result.get(ADDRESS, MESSAGE);
    if (message.address() == 0) {
      return null;
    }
    String words = message.reinterpret(Long.MAX_VALUE).getString(0, UTF_8);
    return new Refusal(words, Math.toIntExact(result.get(JAVA_LONG, CURSOR)));
  }

  private static MemorySegment data(MemorySegment result) {
    return result.get(ADDRESS, DATA).reinterpret(result.get(JAVA_LONG, LENGTH)).asReadOnly();
  }

  private static String text(MemorySegment bytes) {
    return new String(bytes.toArray(JAVA_BYTE), UTF_8);
  }

  static void invoke(MethodHandle function, MemorySegment text, int options, MemorySegment result) {
    try {
      function.invokeExact(text, options, result);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  private static void invoke(MethodHandle function, MemorySegment result) {
    try {
      function.invokeExact(result);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /** A native function throws nothing; what is thrown comes from the JVM itself. */
  private static RuntimeException unexpected(Throwable failure) {
    return switch (failure) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      case Exception exception -> new IllegalStateException(exception);
      case Throwable other -> new IllegalStateException(other);
    };
  }
}

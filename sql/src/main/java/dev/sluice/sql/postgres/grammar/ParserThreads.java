package dev.sluice.sql.postgres.grammar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The few threads that texts are parsed on, with stacks that no text of the greatest length
 * overflows.
 *
 * <p>Two lanes: one for ordinary texts, one with a single thread for long ones, so that a long text
 * neither delays the others nor takes memory several times over. Threads start with the first text
 * of their lane and live until {@link #close}.
 */
public final class ParserThreads implements AutoCloseable {

  /** The longest text that the ordinary lane takes, in bytes. */
  static final int ORDINARY_BYTES = 16 * 1024;

  /**
   * Stack for each byte of text. The deepest tree that a text can have is that of {@code 1+1+...},
   * a level for two bytes; what was measured for a level is 128 bytes on x86-64, so this is three
   * times what is needed. Nesting to the right is bounded by the grammar itself, at 10000 symbols.
   */
  private static final long STACK_FOR_BYTE = 192;

  /** Stack below which there is no use in counting: the reader of the trees needs it too. */
  private static final long LEAST_STACK = 32L << 20;

  private final PgQueryLibrary library;
  private final ExecutorService ordinary;
  private final ExecutorService large;

  /**
   * Makes the lanes; no thread starts.
   *
   * @param library the grammar
   * @param threads threads for ordinary texts, at least 1
   * @param longest the longest text that will be given, in bytes
   */
  public ParserThreads(PgQueryLibrary library, int threads, int longest) {
    this.library = library;
    ordinary = lane("sql-parser", threads, LEAST_STACK);
    large = lane("sql-parser-large", 1, Math.max(LEAST_STACK, longest * STACK_FOR_BYTE));
  }

  private static ExecutorService lane(String name, int threads, long stack) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(null, task, name + "-" + number.incrementAndGet(), stack);
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Has a text read on a parser thread and waits for it.
   *
   * @param text the text, without a NUL
   * @param options libpg_query's parser options
   * @param work what is done with it
   * @return what the work returned
   * @throws InterruptedException where the calling thread was interrupted; the work may still run
   * @throws IllegalStateException where this is closed
   */
  public <T> T read(byte[] text, int options, Function<GrammarText, T> work)
      throws InterruptedException {
    boolean isLarge = text.length > ORDINARY_BYTES;
    Future<T> result;
    try {
      result = (isLarge ? large : ordinary).submit(() -> work(text, options, work, isLarge));
    } catch (RejectedExecutionException closed) {
      throw new IllegalStateException("the parser threads are closed", closed);
    }
    try {
      return result.get();
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case RuntimeException exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(failure);
      }
    }
  }

  /**
   * Reads a short text on the calling thread, which needs stack for it.
   *
   * @param text the text, without a NUL
   * @param options libpg_query's parser options
   * @param work what is done with it
   * @return what the work returned
   * @throws IllegalStateException where this is closed
   */
  public <T> T readHere(byte[] text, int options, Function<GrammarText, T> work) {
    if (ordinary.isShutdown()) {
      throw new IllegalStateException("the parser threads are closed");
    }
    return work(text, options, work, false);
  }

  /**
   * The shape of a short text, on the calling thread.
   *
   * @param text holds the text, without a NUL
   * @param from its first byte
   * @param length its bytes
   * @return what it has in common with those that differ in constants and comments alone; empty:
   *     there is no such thing
   */
  public byte[] shapeHere(byte[] text, int from, int length) {
    return library.shape(text, from, length);
  }

  private <T> T work(byte[] text, int options, Function<GrammarText, T> work, boolean isLarge) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(text.length + 1L);
      MemorySegment.copy(text, 0, bytes, JAVA_BYTE, 0, text.length);
      return work.apply(new GrammarText(library, bytes, options));
    } finally {
      if (isLarge) {
        library.trim();
      }
    }
  }

  /** Ends the threads once they have done what they were given. */
  @Override
  public void close() {
    ordinary.shutdown();
    large.shutdown();
  }
}

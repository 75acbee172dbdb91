package dev.sluice.sidecar.wire;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread for all connections that are relayed. It works in rounds: what is ready is looked at
 * once, then tasks are done, then the round ends, at which point what was gathered can be written
 * in one go. Nothing in a round may wait.
 */
public final class Loop implements Runnable, Executor, AutoCloseable {
  /** How often it is looked whether connections are left, once it is closed. */
  private static final long LEAVING_MILLIS = 100;

  /** How much is gathered: with more, the first ones would wait for nothing. */
  private static final int MOST_ENDS = 32;

  private final Selector selector;
  private final Consumer<String> log;
  private final Buffers buffers = new Buffers();
  private final Polling polling = new Polling(Runtime.getRuntime().availableProcessors());
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private ArrayDeque<Runnable> again = new ArrayDeque<>();
  private ArrayDeque<Runnable> ends = new ArrayDeque<>();
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  /** What is done when a connection is ready. */
  @FunctionalInterface
  public interface Handler {
    /**
     * The connection is ready.
     *
     * @param operations for what: those of {@link SelectionKey}
     */
    void ready(int operations);
  }

  /**
   * A loop that does not run yet.
   *
   * @param log takes sentences for the person who runs the gate
   * @throws IOException where the system has none to give
   */
  public Loop(Consumer<String> log) throws IOException {
    this.selector = Selector.open();
    this.log = log;
  }

  /** Room for what is done within a round. */
  public Buffers buffers() {
    return buffers;
  }

  /**
   * Watches a connection; within the loop only.
   *
   * @param channel not blocking
   * @param handler what is done when it is ready
   * @return its key, without interest in anything
   */
  public SelectionKey watch(SelectableChannel channel, Handler handler) throws IOException {
    return channel.register(selector, 0, handler);
  }

  /** Has something done in the loop, soon. For any thread. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (Thread.currentThread() != thread && woken.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  /** Has something done in the next round, without waiting for anything; within the loop only. */
  public void again(Runnable task) {
    again.add(task);
  }

  /**
   * Has something done at the end of this round, once; within the loop only. The end comes early
   * where much is gathered.
   */
  public void atEnd(Runnable task) {
    ends.add(task);
  }

  /** Runs until it is closed and has no connection any more. */
  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      while (!closed || !selector.keys().isEmpty()) {
        round();
      }
    } catch (IOException failure) {
      log.accept("connections cannot be watched: " + failure);
    } finally {
      selector.keys().forEach(Loop::close);
      closeSelector();
    }
  }

  private void round() throws IOException {
    if (!again.isEmpty() || !tasks.isEmpty()) {
      selector.selectNow(this::ready);
    } else if (closed) {
      // The end of the last connection is no reason to return.
      selector.select(this::ready, LEAVING_MILLIS);
    } else {
      await();
    }
    woken.set(false);
    if (!again.isEmpty()) {
      ArrayDeque<Runnable> now = again;
      again = new ArrayDeque<>();
      now.forEach(this::run);
    }
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      run(task);
    }
    end();
  }

  /** Waits until something was ready or there is something to do. */
  private void await() throws IOException {
    if (found()) {
      return;
    }
    long began = System.nanoTime();
    while (System.nanoTime() - began < polling.nanos()) {
      yieldProcessor();
      if (found()) {
        return;
      }
    }
    selector.select(this::ready);
    polling.slept(System.nanoTime() - began);
  }

  /** Does what is ready, without waiting: whether there was something, or there is else to do. */
  private boolean found() throws IOException {
    int ready = selector.selectNow(this::ready);
    // The look has used up what was to wake it: who adds a task from here on wakes it again.
    woken.set(false);
    return ready > 0 || !tasks.isEmpty() || closed;
  }

  /** Whoever is waited for may need this very processor. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void yieldProcessor() {
    Thread.yield();
  }

  private void end() {
    while (!ends.isEmpty()) {
      ArrayDeque<Runnable> now = ends;
      ends = new ArrayDeque<>();
      now.forEach(this::run);
    }
  }

  private void ready(SelectionKey key) {
    if (key.isValid() && key.attachment() instanceof Handler handler) {
      try {
        handler.ready(key.readyOps());
      } catch (RuntimeException | StackOverflowError failure) {
        failed(failure);
      }
      if (ends.size() >= MOST_ENDS) {
        end();
      }
    }
  }

  /** One connection's failure is not that of the others. */
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | StackOverflowError failure) {
      failed(failure);
    }
  }

  private void failed(Throwable failure) {
    log.accept("something failed that should not have: " + failure);
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException failure) {
      log.accept("connections are watched no more: " + failure);
    }
  }

  /** Ends it once the connections that it watches have ended. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }
}

package dev.sluice.sidecar.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was sent to the server and is not answered yet, in order. */
final class Pipeline {
  /**
   * With so many, the client is not read until some are answered. More than fit what a server keeps
   * back before it sends.
   */
  private static final int FULL = 32 * 1024;

  private final ArrayDeque<Operation> operations = new ArrayDeque<>();
  private final Consumer<Operation> skipped;

  /** Whether the server skips to a Sync that was not sent yet. */
  private boolean skipping;

  /** How many operations there are whose answers are looked at closely. */
  private int watched;

  /** Which operation is the first one, by counting them, and since when. */
  private long number;

  private long since;

  /**
   * An empty one.
   *
   * @param skipped is given those that the server did not look at, the last one first
   */
  Pipeline(Consumer<Operation> skipped) {
    this.skipped = skipped;
  }

  /**
   * What the server does now.
   *
   * @param number which operation of the session it is, by counting them
   * @param operation that operation
   * @param since since when it is the first that is not answered, by the clock of durations. What
   *     the server has done but keeps back until it has more to send counts as not answered.
   */
  record Running(long number, Operation operation, long since) {}

  /** Adds operations that are about to be sent. */
  void add(List<Operation> more) {
    if (current() == null) {
      since = System.nanoTime();
    }
    if (!skipping) {
      more.forEach(this::add);
      return;
    }
    List<Operation> unseen = new ArrayList<>();
    for (Operation operation : more) {
      skipping &= operation.kind != Operation.Kind.SYNC;
      if (skipping) {
        unseen.add(operation);
      } else {
        add(operation);
      }
    }
    skip(unseen);
  }

  private void add(Operation operation) {
    operations.add(operation);
    if (operation.isWatched()) {
      watched++;
    }
  }

  /** Takes the first one away; null: there is none. */
  private @Nullable Operation take() {
    Operation first = operations.pollFirst();
    if (first != null) {
      if (first.isWatched()) {
        watched--;
      }
      first.leave();
    }
    return first;
  }

  private void skip(List<Operation> unseen) {
    for (Operation operation : unseen.reversed()) {
      operation.leave();
      skipped.accept(operation);
    }
  }

  /** Whether there are operations whose answers are looked at closely. */
  boolean isWatched() {
    return watched > 0;
  }

  /** Whether the server answers nothing before a Sync that was not sent yet. */
  boolean isSkipping() {
    return skipping;
  }

  /** Whether the client is not to be read for now. */
  boolean isFull() {
    return operations.size() >= FULL;
  }

  /** Whether the server owes nothing. */
  boolean isEmpty() {
    return current() == null;
  }

  /** What runs now; null: nothing. */
  @Nullable Running running() {
    Operation current = current();
    return current == null ? null : new Running(number, current, since);
  }

  /** The one that the server answers now; null: what it says is not asked for. */
  @Nullable Operation current() {
    Operation first = operations.peekFirst();
    while (first != null && first.kind.unanswered()) {
      operations.removeFirst();
      first = operations.peekFirst();
    }
    return first;
  }

  /** Takes the current one away. */
  void complete() {
    take();
    advanced();
  }

  /**
   * Takes the current one away, which failed, with all that the server skips after it: what was
   * sent before the next Sync, and what will be.
   */
  void completeAndSkip() {
    take();
    List<Operation> unseen = new ArrayList<>();
    Operation first = operations.peekFirst();
    while (first != null && first.kind != Operation.Kind.SYNC) {
      take();
      unseen.add(first);
      first = operations.peekFirst();
    }
    skipping = first == null;
    skip(unseen);
    advanced();
  }

  /**
   * Takes away the one that ReadyForQuery answers, and those before it, which were not answered.
   *
   * @return the one that it answers; null: there was none
   */
  @Nullable Operation completeUntilReady() {
    Operation first = take();
    if (first != null && !first.kind.endsWithReady()) {
      List<Operation> unseen = new ArrayList<>();
      while (first != null && !first.kind.endsWithReady()) {
        unseen.add(first);
        first = take();
      }
      skip(unseen);
    }
    advanced();
    return first;
  }

  private void advanced() {
    number++;
    since = System.nanoTime();
  }

  /** The end of the rows that the client sent for the current operation; null: not sent yet. */
  @Nullable Operation copyEnd() {
    for (Operation operation : operations) {
      if (operation.kind == Operation.Kind.COPY_END) {
        return operation;
      }
    }
    return null;
  }

  /**
   * Takes away the Syncs behind the current operation that the server read and ignored while it
   * copied rows in.
   *
   * @param succeeded whether it copied to the end, rather than stopped at some row
   */
  void dropSyncsWithinCopy(boolean succeeded) {
    Operation.Kind until = Operation.Kind.COPY_END;
    if (!succeeded) {
      boolean rows = false;
      boolean end = false;
      for (Operation operation : operations) {
        rows |= operation.kind == Operation.Kind.COPY_DATA;
        end |= operation.kind == Operation.Kind.COPY_END;
      }
      if (rows) {
        until = Operation.Kind.COPY_DATA;
      } else if (!end) {
        return;
      }
    }
    Iterator<Operation> iterator = operations.iterator();
    while (iterator.hasNext()) {
      Operation operation = iterator.next();
      if (operation.kind == until) {
        return;
      }
      if (operation.kind == Operation.Kind.SYNC) {
        iterator.remove();
      }
    }
  }

  /** Gives away what will not be answered any more. */
  List<Operation> end() {
    List<Operation> left = List.copyOf(operations);
    while (take() != null) {
      // Each of them leaves.
    }
    return left;
  }
}

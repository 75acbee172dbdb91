package dev.sluice.sidecar.session;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to the server and is not answered yet, in order. One thread adds, another one takes
 * away; any may ask.
 */
final class Pipeline {
  /**
   * With so many, the client is not read until some are answered. More than fit what a server keeps
   * back before it sends.
   */
  private static final int FULL = 32 * 1024;

  private final ArrayDeque<Operation> operations = new ArrayDeque<>();
  private boolean ended;

  /** Adds operations that are about to be sent. */
  synchronized void add(List<Operation> more) {
    operations.addAll(more);
  }

  /** Waits until there is room for more. What was added must have been sent. */
  synchronized void awaitRoom() throws InterruptedException {
    while (operations.size() >= FULL && !ended) {
      wait();
    }
  }

  /** Whether the server owes nothing. */
  synchronized boolean isEmpty() {
    return operations.isEmpty();
  }

  /** When what runs now was received; 0: nothing runs. */
  synchronized long runningSince() {
    for (Operation operation : operations) {
      if (operation.received != 0) {
        return operation.received;
      }
    }
    return 0;
  }

  /** The one that the server answers now; null: what it says is not asked for. */
  synchronized @Nullable Operation current() {
    Operation first = operations.peekFirst();
    while (first != null && first.kind.unanswered()) {
      operations.removeFirst();
      first = operations.peekFirst();
    }
    return first;
  }

  /** Takes the current one away. */
  synchronized void complete() {
    operations.pollFirst();
    if (operations.size() == FULL - 1) {
      notifyAll();
    }
  }

  /**
   * Takes away all up to the one that ReadyForQuery answers.
   *
   * @param sync whether it must be a Sync, because an error made the server skip to one
   * @param skipped is given those that were never answered
   * @return the one that it answers; null: there was none
   */
  synchronized @Nullable Operation completeUntilReady(boolean sync, Consumer<Operation> skipped) {
    try {
      while (true) {
        Operation first = operations.pollFirst();
        if (first == null
            || (sync ? first.kind == Operation.Kind.SYNC : first.kind.endsWithReady())) {
          return first;
        }
        skipped.accept(first);
      }
    } finally {
      notifyAll();
    }
  }

  /**
   * Takes away the Syncs behind the current operation that the server read and ignored while it
   * copied rows in.
   *
   * @param succeeded whether it copied to the end, rather than stopped at some row
   */
  synchronized void dropSyncsWithinCopy(boolean succeeded) {
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

  /** Ends waiting, and gives away what will not be answered any more. */
  synchronized List<Operation> end() {
    ended = true;
    List<Operation> left = List.copyOf(operations);
    operations.clear();
    notifyAll();
    return left;
  }
}

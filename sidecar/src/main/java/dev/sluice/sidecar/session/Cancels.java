package dev.sluice.sidecar.session;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings requests to cancel to the server, which takes a connection for each. A few are under way
 * at a time, and one at most for each session: those that come meanwhile for the same session are
 * brought together by the next one. So hundreds at once cost neither as many connections nor as
 * many threads, and none is told that it was brought before one that began after it was.
 */
final class Cancels {
  /** Connections to the server at a time that cancel. */
  private static final int AT_ONCE = 4;

  private final ThreadFactory threads;
  private final Map<Session, List<Consumer<Boolean>>> waiting = new LinkedHashMap<>();
  private final Set<Session> underWay = new HashSet<>();
  private int workers;

  Cancels(ThreadFactory threads) {
    this.threads = threads;
  }

  /** A session, and who waits for its request. */
  private record Task(Session session, List<Consumer<Boolean>> asked) {}

  /**
   * Has what a session runs cancelled, without waiting for it.
   *
   * @param then is told whether the server has taken note
   */
  synchronized void ask(Session session, Consumer<Boolean> then) {
    waiting.computeIfAbsent(session, _ -> new ArrayList<>(1)).add(then);
    if (workers < AT_ONCE) {
      workers++;
      threads.newThread(this::work).start();
    }
  }

  private void work() {
    Task done = null;
    while (true) {
      Task task = next(done);
      if (task == null) {
        return;
      }
      boolean brought = task.session.cancelNow();
      task.asked.forEach(then -> then.accept(brought));
      done = task;
    }
  }

  private synchronized @Nullable Task next(@Nullable Task done) {
    if (done != null) {
      underWay.remove(done.session);
    }
    Iterator<Map.Entry<Session, List<Consumer<Boolean>>>> entries = waiting.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Session, List<Consumer<Boolean>>> entry = entries.next();
      if (underWay.add(entry.getKey())) {
        entries.remove();
        return new Task(entry.getKey(), entry.getValue());
      }
    }
    // Who is under way for a session looks here for the next of it.
    workers--;
    return null;
  }
}

package dev.sluice.sidecar.spool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Those who are to be told of room, and the thread that has a full disk tried again. */
final class WakeUps {
  private static final long RETRY = TimeUnit.SECONDS.toNanos(1);

  private final Runnable retry;
  private List<Runnable> waiting = new ArrayList<>();
  private boolean retries;

  /**
   * None yet. All but the retry is guarded by the spool's lock.
   *
   * @param retry what a thread of its own does a second after {@link #retryLater}
   */
  WakeUps(Runnable retry) {
    this.retry = retry;
  }

  void add(Runnable wakeUp) {
    waiting.add(wakeUp);
  }

  /** Those who wait, of whom nobody waits any more. They are called without the lock. */
  List<Runnable> take() {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<Runnable> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }

  void retryLater() {
    if (!retries) {
      retries = true;
      Thread.ofPlatform().daemon().name("spool-retry").start(this::sleepAndRetry);
    }
  }

  /** The retry has come: there may be another one. */
  void retried() {
    retries = false;
  }

  private void sleepAndRetry() {
    try {
      TimeUnit.NANOSECONDS.sleep(RETRY);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    retry.run();
  }
}

package dev.sluice.sidecar.control;

import dev.sluice.sidecar.spool.Batch;
import dev.sluice.sidecar.spool.Spool;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Posts the events of a spool, oldest first, each until it is acknowledged. */
public final class EventPoster implements Runnable {
  /** As many as the control plane takes at once. */
  private static final int BATCH = 1000;

  /** How long to let events gather, so that not each has a request of its own. */
  private static final Duration GATHER = Duration.ofMillis(200);

  private final Spool spool;
  private final ControlPlane control;
  private final Consumer<String> log;
  private final BackOff backOff;
  private volatile boolean hurried;
  private @Nullable String lastFailure;

  /**
   * One for a spool.
   *
   * @param spool whose events it posts
   * @param control where they go
   * @param random for times between attempts
   * @param log takes sentences for the person who runs the gate
   */
  public EventPoster(
      Spool spool, ControlPlane control, RandomGenerator random, Consumer<String> log) {
    this.spool = spool;
    this.control = control;
    this.log = log;
    this.backOff = new BackOff(random, Duration.ofSeconds(15));
  }

  /** Lets events gather no more, because the gate is about to end. */
  public void hurry() {
    hurried = true;
  }

  /** Posts until the thread is interrupted. */
  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Batch batch = spool.peek(BATCH, TimeUnit.SECONDS.toNanos(1));
        if (batch != null) {
          post(batch);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void post(Batch batch) throws InterruptedException {
    try {
      control.events(batch);
      spool.acknowledge(batch);
      backOff.reset();
      if (lastFailure != null) {
        lastFailure = null;
        log.accept("events are taken again");
      }
      if (batch.events() < BATCH / 4 && !hurried) {
        Thread.sleep(GATHER);
      }
    } catch (IOException failure) {
      String text = String.valueOf(failure.getMessage());
      if (!text.equals(lastFailure)) {
        lastFailure = text;
        log.accept(
            "events cannot be posted and stay in the spool, %d bytes so far: %s"
                .formatted(spool.held(), text));
      }
      Thread.sleep(backOff.next());
    }
  }
}

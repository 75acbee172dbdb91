package dev.sluice.sidecar.control;

import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.spool.Batch;
import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.spool.Spool;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Posts the events of a spool, oldest first, each until it is acknowledged. One that the control
 * plane refuses for good is told as lost, so that it does not keep back all that come after it.
 */
public final class EventPoster implements Runnable {
  /** As many as the control plane takes at once. */
  private static final int BATCH = 1000;

  /** How long to let events gather, so that not each has a request of its own. */
  private static final Duration GATHER = Duration.ofMillis(200);

  /** Bytes of events that wait for no others. */
  private static final int ENOUGH = 64 * 1024;

  /** How long to wait after a failure once the gate is about to end. */
  private static final Duration HURRIED = Duration.ofMillis(500);

  private final Spool spool;
  private final ControlPlane control;
  private final List<String> accesses;
  private final Clock clock;
  private final BackOff backOff;
  private final Duration gather;
  private final Consumer<String> log;
  private final JsonType<Event> json = Jsonb.instance().type(Event.class);
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean hurried;
  private int most = BATCH;
  private @Nullable String lastFailure;

  /**
   * One for a spool.
   *
   * @param spool whose events it posts
   * @param control where they go
   * @param accesses the grants of the gate, one at least
   * @param clock tells when events were lost
   * @param random for times between attempts
   * @param log takes sentences for the person who runs the gate
   */
  public EventPoster(
      Spool spool,
      ControlPlane control,
      List<String> accesses,
      Clock clock,
      RandomGenerator random,
      Consumer<String> log) {
    this(spool, control, accesses, clock, new BackOff(random, Duration.ofSeconds(15)), GATHER, log);
  }

  EventPoster(
      Spool spool,
      ControlPlane control,
      List<String> accesses,
      Clock clock,
      BackOff backOff,
      Duration gather,
      Consumer<String> log) {
    this.spool = spool;
    this.control = control;
    this.accesses = List.copyOf(accesses);
    this.clock = clock;
    this.backOff = backOff;
    this.gather = gather;
    this.log = log;
  }

  /** Lets events gather no more and tries again at once, because the gate is about to end. */
  public void hurry() {
    hurried = true;
    wake.release();
  }

  /** Posts until the thread is interrupted. */
  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        step();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void step() throws InterruptedException {
    try {
      Batch batch = spool.peek(most, TimeUnit.SECONDS.toNanos(1));
      if (batch != null) {
        post(batch);
      }
    } catch (IOException failure) {
      failed(String.valueOf(failure.getMessage()));
    } catch (RuntimeException failure) {
      failed(failure.toString());
    }
  }

  private void post(Batch batch) throws IOException, InterruptedException {
    try {
      control.events(batch);
    } catch (ControlPlaneException refusal) {
      if (!refusal.isAboutEvents()) {
        throw refusal;
      }
      refused(batch, refusal);
      return;
    }
    spool.acknowledge(batch);
    backOff.reset();
    if (lastFailure != null) {
      lastFailure = null;
      log.accept("events are taken again");
    }
    most = Math.min(BATCH, most * 2);
    if (!hurried && spool.held() < ENOUGH) {
      Thread.sleep(gather);
    }
  }

  /** Parts a batch until the event is alone that would keep all others from the ledger. */
  private void refused(Batch batch, ControlPlaneException refusal) {
    if (batch.events() > 1) {
      most = batch.events() / 2;
      return;
    }
    Event event = read(batch);
    String lost =
        event == null
            ? "an event that cannot be read"
            : "event %s of type %s, number %d of chain %s"
                .formatted(event.id(), event.type(), event.sequence(), event.chain());
    log.accept("%s is lost: %s".formatted(lost, refusal.getMessage()));
    if (event == null || event.type() != Event.Type.EVENTS_LOST) {
      spool.appendAtOnce(List.of(loss(event, lost, refusal)));
    }
    spool.acknowledge(batch);
  }

  private @Nullable Event read(Batch batch) {
    try {
      return json.fromJson(batch.lines());
    } catch (RuntimeException unreadable) {
      log.accept("a line of the spool is no event: " + unreadable.getClass().getSimpleName());
      return null;
    }
  }

  private Draft loss(@Nullable Event event, String lost, ControlPlaneException refusal) {
    // Of a grant of this gate, whatever the event said.
    Draft.Subject subject =
        event == null || !accesses.contains(event.access())
            ? new Draft.Subject(accesses.getFirst(), "", "", "", 0, "")
            : new Draft.Subject(
                event.access(),
                event.database(),
                event.purpose(),
                event.session(),
                event.serverProcess(),
                "");
    Instant now = Instant.now(clock).truncatedTo(ChronoUnit.MICROS);
    return Draft.lost(
        subject,
        1,
        event == null ? now : event.time(),
        now,
        "%s: %s".formatted(lost, refusal.problem().detail()),
        refusal.problem().code());
  }

  private void failed(String text) throws InterruptedException {
    if (!text.equals(lastFailure)) {
      lastFailure = text;
      log.accept(
          "events cannot be posted and stay in the spool, %d bytes so far: %s"
              .formatted(spool.held(), text));
    }
    if (hurried) {
      Thread.sleep(HURRIED);
    } else if (wake.tryAcquire(backOff.next().toMillis(), TimeUnit.MILLISECONDS)) {
      backOff.reset();
    }
  }
}

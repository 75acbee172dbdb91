package dev.sluice.operator.scan;

import dev.sluice.cluster.ClusterIndex;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what runs on a timer, and soon after what decides about it has changed. One look at a
 * time, and never so many that the cluster does little else.
 */
public final class ScanRounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScanRounds.class);
  private static final Duration UNTIL_LEADING = Duration.ofSeconds(2);

  /** A look may take so much of the time. */
  private static final int SHARE = 4;

  private final ClusterIndex index;
  private final WorkloadScan scan;
  private final ScanResults results;
  private final WorkloadReports reports;
  private final Evictions evictions;
  private final Supplier<Map<String, List<String>>> egress;
  private final BooleanSupplier leading;
  private final Duration interval;
  private final Duration settling;
  private final Semaphore changes = new Semaphore(0);
  private final Thread thread;

  /**
   * Rounds that have not begun.
   *
   * @param index what is watched; it tells of changes
   * @param scan looks
   * @param results takes what is found
   * @param reports tells it to other tools
   * @param evictions acts on it
   * @param egress is looked after in each round, and says by policy what stands in the way
   * @param leading whether this replica does the work
   * @param interval between two looks where nothing changes
   * @param settling how long changes are waited for that belong together
   */
  public ScanRounds(
      ClusterIndex index,
      WorkloadScan scan,
      ScanResults results,
      WorkloadReports reports,
      Evictions evictions,
      Supplier<Map<String, List<String>>> egress,
      BooleanSupplier leading,
      Duration interval,
      Duration settling) {
    this.index = index;
    this.scan = scan;
    this.results = results;
    this.reports = reports;
    this.evictions = evictions;
    this.egress = egress;
    this.leading = leading;
    this.interval = interval;
    this.settling = settling;
    this.thread = Thread.ofPlatform().name("sluice-scan").daemon().unstarted(this::run);
  }

  /** Begins. */
  public void start() {
    index.onChange(changes::release);
    index.start();
    thread.start();
  }

  @Override
  public void close() {
    thread.interrupt();
    index.stop();
  }

  private void run() {
    try {
      while (!leading.getAsBoolean() || !index.missing().isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(UNTIL_LEADING.toMillis());
      }
      while (!Thread.currentThread().isInterrupted()) {
        changes.drainPermits();
        long begun = System.nanoTime();
        look();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (changes.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS)) {
          Duration pause = took.multipliedBy(SHARE - 1);
          TimeUnit.MILLISECONDS.sleep(
              (pause.compareTo(settling) > 0 ? pause : settling).toMillis());
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    if (!leading.getAsBoolean()) {
      return;
    }
    try {
      ScanResult result = scan.run();
      LOG.debug(
          "looked at {} pods of {} namespaces",
          result.namespaces().stream().mapToInt(NamespaceResult::pods).sum(),
          result.namespaces().size());
      Map<String, List<String>> problems = new TreeMap<>(evictions.act(result.renewals()));
      egress
          .get()
          .forEach(
              (policy, its) ->
                  problems.merge(
                      policy,
                      its,
                      (one, other) -> Stream.concat(one.stream(), other.stream()).toList()));
      results.take(result, problems);
      reports.write(result);
    } catch (RuntimeException failure) {
      LOG.error("what runs could not be looked at, it is tried again", failure);
    }
  }
}

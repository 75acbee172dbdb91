package dev.sluice.sidecar.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after a failure: longer each time, and not the same for all gates. */
final class BackOff {
  private static final Duration FIRST = Duration.ofMillis(250);

  private final RandomGenerator random;
  private final long maximumMillis;
  private final long firstMillis;
  private long nextMillis;

  BackOff(RandomGenerator random, Duration maximum) {
    this(random, FIRST, maximum);
  }

  BackOff(RandomGenerator random, Duration first, Duration maximum) {
    this.random = random;
    this.maximumMillis = maximum.toMillis();
    this.firstMillis = first.toMillis();
    this.nextMillis = firstMillis;
  }

  Duration next() {
    long millis = nextMillis;
    nextMillis = Math.min(maximumMillis, nextMillis * 2);
    return Duration.ofMillis(millis / 2 + random.nextLong(millis));
  }

  void reset() {
    nextMillis = firstMillis;
  }
}

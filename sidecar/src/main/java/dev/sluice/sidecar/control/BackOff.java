package dev.sluice.sidecar.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after a failure: longer each time, and not the same for all gates. */
final class BackOff {
  private static final long FIRST_MILLIS = 250;

  private final RandomGenerator random;
  private final long maximumMillis;
  private long nextMillis = FIRST_MILLIS;

  BackOff(RandomGenerator random, Duration maximum) {
    this.random = random;
    this.maximumMillis = maximum.toMillis();
  }

  Duration next() {
    long millis = nextMillis;
    nextMillis = Math.min(maximumMillis, nextMillis * 2);
    return Duration.ofMillis(millis / 2 + random.nextLong(millis));
  }

  void reset() {
    nextMillis = FIRST_MILLIS;
  }
}

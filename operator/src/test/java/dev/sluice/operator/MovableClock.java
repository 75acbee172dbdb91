package dev.sluice.operator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is moved. */
public final class MovableClock extends Clock {
  private final AtomicReference<Instant> now;

  /** Stands at a time. */
  public MovableClock(Instant start) {
    now = new AtomicReference<>(start);
  }

  /** Moves on. */
  public void advance(Duration by) {
    now.updateAndGet(before -> before.plus(by));
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  @Override
  public Instant instant() {
    return now.get();
  }
}

package dev.sluice.sidecar.spool;

import java.util.random.RandomGenerator;

/** Makes ids of events: UUIDs of version 7 (RFC 9562), whose order is that of time. */
final class EventId {
  private final RandomGenerator random;

  EventId(RandomGenerator random) {
    this.random = random;
  }

  /** The first half of a new id. */
  long high(long epochMillis) {
    return (epochMillis << 16) | 0x7000L | (random.nextInt() & 0xFFF);
  }

  /** The second half. */
  long low() {
    return (random.nextLong() >>> 2) | Long.MIN_VALUE;
  }
}

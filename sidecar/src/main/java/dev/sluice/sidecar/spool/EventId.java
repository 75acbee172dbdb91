package dev.sluice.sidecar.spool;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes ids of events: UUIDs of version 7 (RFC 9562), whose order is that of time. */
final class EventId {
  private final RandomGenerator random;

  EventId(RandomGenerator random) {
    this.random = random;
  }

  String next(long epochMillis) {
    long high = (epochMillis << 16) | 0x7000L | (random.nextInt() & 0xFFF);
    long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
    return new UUID(high, low).toString();
  }
}

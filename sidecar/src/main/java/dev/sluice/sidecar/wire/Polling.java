package dev.sluice.sidecar.wire;

/**
 * How long a loop looks for more before it sleeps. To be woken takes a processor that sleeps tens
 * of microseconds, which is as long as a server takes for a short answer; so where the last waits
 * were short, looking is the sooner and the cheaper way, and where they were long, nothing is
 * looked for. The rule is that of KVM for processors that halt (Linux, {@code
 * Documentation/virt/kvm/halt-polling.rst}). State of one loop.
 */
final class Polling {
  /** A wait longer than this is not worth looking through. */
  static final long MOST_NANOS = 150_000;

  private static final long LEAST_NANOS = 20_000;

  private final boolean worthwhile;
  private long nanos;

  /**
   * Nothing is looked for until waits have been short.
   *
   * @param processors how many this process may use: with one, looking would keep from its work who
   *     is waited for
   */
  Polling(int processors) {
    this.worthwhile = processors > 1;
  }

  /** How long to look before sleeping, in nanoseconds, at most {@value #MOST_NANOS}. */
  long nanos() {
    return nanos;
  }

  /**
   * The loop looked in vain and slept.
   *
   * @param waited how long both took, in nanoseconds
   */
  void slept(long waited) {
    if (!worthwhile || waited > MOST_NANOS) {
      nanos = 0;
    } else {
      nanos = Math.clamp(2 * nanos, LEAST_NANOS, MOST_NANOS);
    }
  }
}

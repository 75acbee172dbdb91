package dev.sluice.sidecar.session;

/**
 * Bounds the bytes of large rows that are held at once by all sessions until they were looked at,
 * as they share one small heap.
 */
final class HeldRows {
  /** A larger row is not held. */
  static final int MOST = 1 << 20;

  private static final int MAXIMUM_BYTES = 4 * MOST;

  private int room = MAXIMUM_BYTES;

  /**
   * Takes room for a row, which {@link #give} gives back.
   *
   * @return whether there was room
   */
  boolean take(int bytes) {
    if (bytes > MOST || bytes > room) {
      return false;
    }
    room -= bytes;
    return true;
  }

  /** Gives room back. */
  void give(int bytes) {
    room += bytes;
  }
}

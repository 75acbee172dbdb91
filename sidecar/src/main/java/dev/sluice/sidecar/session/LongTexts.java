package dev.sluice.sidecar.session;

import dev.sluice.sidecar.statement.Terms;
import java.util.ArrayDeque;

/**
 * Bounds the bytes of long texts that are held at once by all sessions, which share one small heap.
 * While a text is read, decided about and sent, it takes several times its bytes. Who has to wait
 * is served in turn.
 */
final class LongTexts {
  private static final int MAXIMUM_BYTES = 2 * Terms.MAXIMUM_BYTES;

  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private int room = MAXIMUM_BYTES;

  /**
   * Somebody who has to wait.
   *
   * @param bytes of the text
   * @param given is called when room was taken for it
   */
  record Waiting(int bytes, Runnable given) {}

  /** Whether a text is held at all. */
  static boolean fits(int bytes) {
    return bytes <= Terms.MAXIMUM_BYTES;
  }

  /**
   * Takes room for a text, which {@link #give} gives back.
   *
   * @return whether there was room
   */
  boolean take(int bytes) {
    if (!queue.isEmpty() || bytes > room) {
      return false;
    }
    room -= bytes;
    return true;
  }

  /** Has room taken when there is some. */
  void await(Waiting waiting) {
    queue.add(waiting);
  }

  /** Somebody waits no longer. */
  void leave(Waiting waiting) {
    queue.remove(waiting);
    serve();
  }

  /** Gives room back. */
  void give(int bytes) {
    room += bytes;
    serve();
  }

  private void serve() {
    for (Waiting first = queue.peek();
        first != null && first.bytes() <= room;
        first = queue.peek()) {
      queue.remove();
      room -= first.bytes();
      first.given().run();
    }
  }
}

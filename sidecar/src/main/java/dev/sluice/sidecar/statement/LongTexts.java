package dev.sluice.sidecar.statement;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the bytes of long texts that are held at once by all sessions of this process, which share
 * one small heap. While a text is read, decided about and sent, it takes several times its bytes.
 */
public final class LongTexts {
  private static final int MAXIMUM_BYTES = 2 * Terms.MAXIMUM_BYTES;

  /** A text that waits for longer passes unread, so that no session depends on another one. */
  private static final long WAIT_SECONDS = 10;

  private static final Semaphore ROOM = new Semaphore(MAXIMUM_BYTES, true);

  private LongTexts() {}

  /**
   * Takes room for a text, which {@link #give} gives back.
   *
   * @param bytes of the text
   * @return whether the text may be held
   * @throws InterruptedException where the thread is to end
   */
  public static boolean take(int bytes) throws InterruptedException {
    return bytes <= Terms.MAXIMUM_BYTES && ROOM.tryAcquire(bytes, WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Gives room back. */
  public static void give(int bytes) {
    ROOM.release(bytes);
  }
}

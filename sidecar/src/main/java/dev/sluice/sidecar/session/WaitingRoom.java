package dev.sluice.sidecar.session;

import dev.sluice.sidecar.wire.Wire;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The clients that have not said yet what they want: so many at most, and each for so long at most,
 * however slowly it speaks. For several threads.
 */
final class WaitingRoom {
  private static final long LOGIN = Duration.ofSeconds(30).toNanos();
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

  private final int places;
  private final LinkedHashMap<Wire, Long> since = new LinkedHashMap<>();

  /**
   * An empty one.
   *
   * @param places how many clients it holds
   */
  WaitingRoom(int places) {
    this.places = places;
  }

  /**
   * Lets a client in. Where there is no place, the client that has been there for longest has to go
   * once that was a second, so that clients without a word keep nobody out.
   */
  synchronized void enter(Wire client) throws InterruptedException {
    while (since.size() >= places) {
      Map.Entry<Wire, Long> longest = since.firstEntry();
      long left = (longest.getValue() + PATIENCE - System.nanoTime()) / 1_000_000;
      if (left > 0) {
        wait(left);
      } else {
        since.remove(longest.getKey());
        longest.getKey().stopReading();
      }
    }
    since.put(client, System.nanoTime());
  }

  /**
   * A client has said what it wants, or has gone.
   *
   * @return whether it did so in time
   */
  synchronized boolean leave(Wire client) {
    notifyAll();
    return since.remove(client) != null;
  }

  /** Has those go who have been there for too long. */
  synchronized void keepWithin(long now) {
    Iterator<Map.Entry<Wire, Long>> waiting = since.entrySet().iterator();
    while (waiting.hasNext()) {
      Map.Entry<Wire, Long> client = waiting.next();
      if (now - client.getValue() < LOGIN) {
        return;
      }
      waiting.remove();
      client.getKey().stopReading();
    }
  }
}

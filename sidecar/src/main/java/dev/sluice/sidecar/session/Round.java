package dev.sluice.sidecar.session;

import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.spool.Spool;
import dev.sluice.sidecar.wire.Loop;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The events of one round of the loop, which are written together, and the sessions whose clients
 * have their answers only then. Where the spool has no room they wait, while other sessions go on.
 */
final class Round {
  private final Loop loop;
  private final Spool spool;
  private final Consumer<String> log;
  private List<Draft> drafts = new ArrayList<>();
  private List<Relay> relays = new ArrayList<>();
  private final Runnable end = this::end;
  private boolean ends;
  private boolean waits;

  Round(Loop loop, Spool spool, Consumer<String> log) {
    this.loop = loop;
    this.spool = spool;
    this.log = log;
  }

  /**
   * Has events written at the end of the round.
   *
   * @param more the events
   * @param relay is told when they are, or cannot be
   */
  void add(List<Draft> more, Relay relay) {
    drafts.addAll(more);
    relays.add(relay);
    if (!ends && !waits) {
      ends = true;
      loop.atEnd(end);
    }
  }

  /** Whether events wait for room. */
  boolean isWaiting() {
    return waits;
  }

  private void end() {
    ends = false;
    waits = false;
    List<Relay> waiting = relays;
    try {
      if (!spool.appendIfRoom(drafts)) {
        waits = true;
        spool.onRoom(() -> loop.execute(this::end));
        waiting.forEach(Relay::settle);
        return;
      }
    } catch (UncheckedIOException failure) {
      log.accept(
          "%d sessions end, since events about them cannot be written: %s"
              .formatted(waiting.size(), failure.getMessage()));
      clear();
      waiting.forEach(Relay::unwritten);
      return;
    }
    clear();
    waiting.forEach(Relay::written);
  }

  private void clear() {
    drafts = new ArrayList<>();
    relays = new ArrayList<>();
  }
}

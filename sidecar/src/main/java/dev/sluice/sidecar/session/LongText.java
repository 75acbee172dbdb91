package dev.sluice.sidecar.session;

import dev.sluice.sidecar.wire.Loop;
import dev.sluice.sidecar.wire.Wire;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A text of a session that its buffer does not hold. It is read whole once there is room for it
 * among those of all sessions; where there is none in time it has to go on unread.
 */
final class LongText {
  /** For how long it is waited for room, in nanoseconds. */
  private static final long MAXIMUM_WAIT = 10_000_000_000L;

  private final LongTexts all;
  private final Loop loop;
  private final Runnable resume;

  /** A text that is read whole, with how much of it is there; null: none is. */
  private byte @Nullable [] bytes;

  private int limit;

  /** What is waited for to hold it; null: nothing. */
  private LongTexts.@Nullable Waiting waiting;

  private long waitingSince;

  /** Room that was taken for the text that comes next, in bytes. */
  private int room;

  /** Room of a text that the server has not taken all of, in bytes. */
  private int sending;

  /** Whether there was none for it in time. */
  private boolean roomless;

  /** Whether there is room for a text. */
  enum Room {
    /** It was taken. */
    TAKEN,
    /** It is waited for. */
    AWAITED,
    /** There is none. */
    NONE
  }

  /**
   * That of a session, when there is one.
   *
   * @param all those of all sessions
   * @param loop relays the session
   * @param resume is called in the loop when it was waited for room, and is not any more
   */
  LongText(LongTexts all, Loop loop, Runnable resume) {
    this.all = all;
    this.loop = loop;
    this.resume = resume;
  }

  /** Takes room for a text. */
  Room take(int total) {
    if (!LongTexts.fits(total) || roomless) {
      roomless = false;
      return Room.NONE;
    }
    if (room > 0 || all.take(total)) {
      // It is given back where the text does not come to be held.
      room = total;
      return Room.TAKEN;
    }
    await(total);
    return Room.AWAITED;
  }

  private void await(int total) {
    LongTexts.Waiting waits =
        new LongTexts.Waiting(
            total,
            () -> {
              waiting = null;
              room = total;
              loop.execute(resume);
            });
    waiting = waits;
    waitingSince = System.nanoTime();
    all.await(waits);
  }

  boolean isWaiting() {
    return waiting != null;
  }

  /** What waits for room for too long goes on without, so that no session depends on another. */
  void keepWithin(long now) {
    LongTexts.Waiting waited = waiting;
    if (waited != null && now - waitingSince >= MAXIMUM_WAIT) {
      waiting = null;
      roomless = true;
      all.leave(waited);
      resume.run();
    }
  }

  /** Has a text read whole for which room was taken, from where the buffer has its beginning. */
  void hold(int total, RelayBuffer buffer) {
    byte[] text = new byte[total];
    limit = buffer.moveTo(text);
    bytes = text;
    room = 0;
  }

  /** The text that is read; null: none is. */
  byte @Nullable [] bytes() {
    return bytes;
  }

  /** Whether all of a text is there. */
  boolean isWhole(byte[] text) {
    return limit == text.length;
  }

  /** Reads more of it; how many bytes; 0: nothing now; -1: nothing more comes. */
  int read(byte[] text, Wire client) throws IOException {
    int count = client.read(text, limit, text.length - limit, loop.buffers());
    if (count > 0) {
      limit += count;
    }
    return count;
  }

  /** It is dealt with now, until {@link #give}. */
  void release() {
    bytes = null;
  }

  /**
   * It was dealt with. Its room is given back once it is sent.
   *
   * @param sent whether the server has taken all of it, so that nothing of it is held any more
   */
  void give(byte[] text, boolean sent) {
    sending += text.length;
    if (sent) {
      sent();
    }
  }

  /** The server has taken all that was sent. */
  void sent() {
    int given = sending;
    sending = 0;
    if (given > 0) {
      all.give(given);
    }
  }

  /** Nothing more comes of it. */
  void end() {
    sent();
    LongTexts.Waiting waited = waiting;
    waiting = null;
    byte[] text = bytes;
    bytes = null;
    if (waited != null) {
      all.leave(waited);
    }
    if (text != null) {
      all.give(text.length);
    } else if (room > 0) {
      all.give(room);
      room = 0;
    }
  }
}

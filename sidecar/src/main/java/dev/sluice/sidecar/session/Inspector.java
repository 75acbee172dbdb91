package dev.sluice.sidecar.session;

import dev.sluice.sidecar.detect.Columns;
import dev.sluice.sidecar.detect.CopyRows;
import dev.sluice.sidecar.detect.Found;
import dev.sluice.sidecar.detect.Lookout;
import dev.sluice.sidecar.detect.Origins;
import dev.sluice.sidecar.detect.Parts;
import dev.sluice.sidecar.detect.Watch;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.session.Operation.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Has the messages of the server looked at where the terms of now have something looked for. What
 * fits the relay's buffer is looked at there; a larger row is held until it is whole, as far as
 * there is room, and else looked at in parts.
 */
final class Inspector {
  private static final int HEADER = RelayBuffer.HEADER;

  private final Session session;
  private final Pipeline pipeline;
  private final RelayBuffer buffer;
  private final HeldRows room;

  private @Nullable Lookout lookout;

  /** The columns of the result of a Query message. */
  private @Nullable Columns columns;

  /** A message that is being held; null: none. */
  private byte @Nullable [] held;

  private int count;

  /** Whether the message that was looked at last is kept with the rows of a COPY. */
  private boolean kept;

  /** A message that is looked at in parts; null: none. */
  private @Nullable Parts parts;

  /**
   * That of a session.
   *
   * @param buffer holds what the server sends
   * @param room where large rows are held
   */
  Inspector(Session session, RelayBuffer buffer, HeldRows room) {
    this.session = session;
    this.pipeline = session.pipeline();
    this.buffer = buffer;
    this.room = room;
  }

  /** What comes next is looked at by the terms of now. */
  void renew() {
    Watch watch = session.terms().watch();
    Lookout known = lookout;
    if (watch == null) {
      if (known != null && !known.copy().isHolding() && held == null && parts == null) {
        lookout = null;
      }
      return;
    }
    Origins origins = session.origins();
    if (known == null || (!known.isFor(watch, origins) && !known.copy().isHolding())) {
      lookout = new Lookout(watch, origins, known);
    }
  }

  /** Whether messages of a type are looked at. */
  boolean looksAt(byte type) {
    return lookout != null && Lookout.looksAt(type);
  }

  /** Whether more has to be read before a message can be looked at. */
  boolean waitsFor(int total) {
    return total <= RelayBuffer.SIZE && buffer.available() < total;
  }

  /**
   * Looks at the message that comes next.
   *
   * @return whether it is dealt with; else it goes the way of all messages
   */
  boolean takes(byte type, int total) throws ProtocolException {
    Lookout look = lookout;
    if (look == null) {
      return false;
    }
    Operation current = pipeline.current();
    look.expect(session.encoding(), isRefusable(current));
    if (total > RelayBuffer.SIZE) {
      return type != Backend.ERROR_RESPONSE && takesLarge(look, type, total);
    }
    int at = buffer.position();
    Found found = look(look, type, buffer.bytes(), at, at + total);
    if (found != null) {
      refuse(found, type);
    } else if (!kept) {
      return false;
    }
    buffer.drop(total);
    return true;
  }

  private static boolean isRefusable(@Nullable Operation current) {
    return current != null && current.refusable && current.cut == null;
  }

  /** Looks at a message that is there as a whole. */
  private @Nullable Found look(Lookout look, byte type, byte[] bytes, int at, int end)
      throws ProtocolException {
    int content = at + HEADER;
    kept = false;
    switch (type) {
      case Backend.DATA_ROW -> {
        Operation current = pipeline.current();
        int[] formats = current != null && current.kind == Kind.EXECUTE ? current.formats() : null;
        return look.row(columnsOf(current), formats, bytes, content, end);
      }
      case Backend.COPY_DATA -> {
        return copied(look.copy(), bytes, content, end);
      }
      case Backend.ROW_DESCRIPTION -> described(look.columns(bytes, content, end));
      case Backend.COPY_OUT_RESPONSE -> look.copy().begin(end > content && bytes[content] == 1);
      default -> look.message(type, bytes, content, end);
    }
    return null;
  }

  private @Nullable Columns columnsOf(@Nullable Operation current) {
    if (current == null || current.kind != Kind.EXECUTE) {
      return columns;
    }
    ResultShape shape = current.shape;
    return shape == null ? null : shape.columns;
  }

  private void described(Columns result) {
    Operation current = pipeline.current();
    if (current == null || current.kind == Kind.QUERY) {
      columns = result;
    } else if (current.shape != null) {
      current.shape.columns = result;
    }
  }

  private @Nullable Found copied(CopyRows copy, byte[] bytes, int from, int to)
      throws ProtocolException {
    if (copy.isWhole(bytes, from, to)) {
      return copy.look(bytes, from, to);
    }
    kept = true;
    if (!copy.hold(bytes, from, to)) {
      return null;
    }
    Found found = copy.look();
    if (found == null) {
      buffer.stage(buffer.position());
      copy.release(buffer.staged());
    } else {
      copy.forget();
    }
    return found;
  }

  /** Rows of a COPY end: what is held of them goes on. */
  void copyEnds() {
    Lookout look = lookout;
    if (look == null || !look.copy().isHolding()) {
      return;
    }
    Operation current = pipeline.current();
    look.expect(session.encoding(), isRefusable(current));
    Found found = look.copy().look();
    if (found == null) {
      buffer.stage(buffer.position());
      look.copy().release(buffer.staged());
    } else {
      look.copy().forget();
      refuse(found, Backend.COPY_DATA);
    }
  }

  private boolean takesLarge(Lookout look, byte type, int total) {
    if (room.take(total)) {
      held = new byte[total];
      count = 0;
    } else {
      Operation current = pipeline.current();
      Found found =
          isRefusable(current)
              ? look.tooLarge(
                  type,
                  columnsOf(current),
                  "a row of %d bytes is too large to be looked at before it is sent"
                      .formatted(total))
              : null;
      if (found != null) {
        refuse(found, type);
      } else if (type == Backend.ROW_DESCRIPTION) {
        columns = null;
        return false;
      } else {
        takeInParts(type, total);
        return true;
      }
    }
    buffer.drop(total);
    return true;
  }

  /** Looks at the message that comes next in parts. */
  void takeInParts(byte type, int total) {
    Lookout look = lookout;
    if (look != null) {
      parts = look.parts(type, columnsOf(pipeline.current()), total);
    }
    buffer.drop(total);
  }

  /** Whether bytes that go nowhere are its own. */
  boolean isTaking() {
    return held != null || parts != null;
  }

  /** Whether a message was sent in part. */
  boolean isWithinMessage() {
    return parts != null;
  }

  /** Takes bytes of a message that does not fit the buffer. */
  void take(byte[] bytes, int offset, int length) throws ProtocolException {
    Parts inParts = parts;
    byte[] whole = held;
    if (inParts != null) {
      inParts.take(bytes, offset, length, buffer.staged());
      if (inParts.isOver()) {
        parts = null;
      }
    } else if (whole != null) {
      System.arraycopy(bytes, offset, whole, count, length);
      count += length;
      if (count == whole.length) {
        release();
        lookAtHeld(whole);
      }
    }
  }

  private void lookAtHeld(byte[] whole) throws ProtocolException {
    Lookout look = lookout;
    byte type = whole[0];
    if (look == null) {
      buffer.staged().bytes(whole);
      return;
    }
    look.expect(session.encoding(), isRefusable(pipeline.current()));
    Found found = look(look, type, whole, 0, whole.length);
    if (found != null) {
      refuse(found, type);
    } else if (!kept) {
      buffer.staged().bytes(whole);
    }
  }

  /** Has the statement end with an error, before the row is sent. */
  private void refuse(Found found, byte type) {
    Operation current = pipeline.current();
    if (current != null) {
      if (type == Backend.DATA_ROW || type == Backend.COPY_DATA) {
        current.delivered = Math.max(0, current.delivered - 1);
      }
      current.cut = Excess.ofData(found);
      session.cancelRunning();
    }
  }

  /** What was found since it was asked for last; null: nothing. */
  @Nullable Map<String, Long> takeCounts() {
    Lookout look = lookout;
    return look == null ? null : look.tally().take();
  }

  /** Gives room back. */
  void release() {
    byte[] whole = held;
    if (whole != null) {
      room.give(whole.length);
      held = null;
    }
  }
}

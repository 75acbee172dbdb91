package dev.sluice.sidecar.detect;

import dev.sluice.policy.detect.Inspection;
import dev.sluice.policy.detect.Inspection.Form;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.MessageBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A message that is too large to be held. Its values are looked at in parts that overlap, so what
 * is no longer than that is found wherever it stands; of what is longer, such as a private key of
 * unusual size, only a part may be.
 */
public final class Parts {
  private static final int WINDOW = 64 * 1024;
  private static final int OVERLAP = 16 * 1024;
  private static final int HEAD = 5;

  private final Values values;
  private final boolean row;
  private final @Nullable Sieve @Nullable [] sieves;
  private final Sieve unknown;
  private final byte[] window = new byte[WINDOW];
  private final byte[] head = new byte[4];

  private long left;
  private int headed;
  private int column;

  /** Bytes that go on as they are. */
  private long plain;

  /** Bytes of the value that are still to come. */
  private long value;

  private Sieve sieve;
  private int size;
  private boolean first = true;
  private boolean document;

  Parts(Values values, boolean row, @Nullable Sieve @Nullable [] sieves, Sieve unknown, int total) {
    this.values = values;
    this.row = row;
    this.sieves = sieves;
    this.unknown = unknown;
    this.sieve = unknown;
    left = total;
    plain = row ? HEAD + 2 : HEAD;
    value = row ? 0 : total - HEAD;
  }

  /** Takes what came, and sends what was looked at. */
  public void take(byte[] bytes, int offset, int length, MessageBuilder out) {
    int position = offset;
    int end = offset + length;
    left -= length;
    while (position < end) {
      if (plain > 0) {
        int now = (int) Math.min(plain, end - position);
        out.bytes(bytes, position, now);
        plain -= now;
        position += now;
      } else if (value > 0) {
        int now = (int) Math.min(Math.min(value, end - position), WINDOW - size);
        System.arraycopy(bytes, position, window, size, now);
        size += now;
        value -= now;
        position += now;
        if (value == 0 || size == WINDOW) {
          look(out);
        }
      } else {
        head[headed++] = bytes[position];
        out.int8(bytes[position]);
        position++;
        if (headed == head.length) {
          headed = 0;
          next(Int32.read(head, 0));
        }
      }
    }
  }

  /** Whether all of it came. */
  public boolean isOver() {
    return left <= 0;
  }

  /** A value begins. */
  private void next(int length) {
    Sieve known = sieves == null ? unknown : column < sieves.length ? sieves[column] : unknown;
    column++;
    first = true;
    if (known == null) {
      plain = Math.max(0, length);
    } else {
      sieve = known;
      value = Math.max(0, length);
    }
  }

  private void look(MessageBuilder out) {
    if (first) {
      document = row && Inspection.isDocument(window, 0, size);
    }
    int sent = value == 0 ? size : size - OVERLAP;
    values.part(sieve, window, 0, size, sent, document ? Form.PART : Form.TEXT);
    first = false;
    out.bytes(window, 0, sent);
    System.arraycopy(window, sent, window, 0, size - sent);
    size -= sent;
  }
}

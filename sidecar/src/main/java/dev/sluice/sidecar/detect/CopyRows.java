package dev.sluice.sidecar.detect;

import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a COPY to the client. A server sends each in a message of its own, which the protocol
 * does not promise: what ends within a row is held until the rest is there. Of the columns nothing
 * is known. For one thread.
 */
public final class CopyRows {
  /** A row that comes in several messages may have so many bytes. */
  private static final int MOST = 1 << 20;

  /** Before the rows in binary format: a signature, flags and the length of what follows. */
  private static final int HEAD = 11 + 4 + 4;

  private static final byte[] NONE = {};

  private final Lookout lookout;
  private boolean binary;
  private boolean headed;
  private byte[] held = NONE;
  private int size;
  private int[] frames = {};
  private int count;

  /** Those of a session; its rows until now, of which nothing is held, were others'. */
  CopyRows(Lookout lookout, @Nullable CopyRows before) {
    this.lookout = lookout;
    binary = before != null && before.binary;
    headed = before != null && before.headed;
  }

  /** Rows begin. */
  public void begin(boolean inBinary) {
    binary = inBinary;
    headed = false;
    forget();
  }

  /** Whether the beginning of a row is held. */
  public boolean isHolding() {
    return count > 0;
  }

  /** Whether a message that comes next ends where a row ends, and nothing is held. */
  public boolean isWhole(byte[] bytes, int from, int to) {
    return count == 0 && endsRow(bytes, from, to);
  }

  /**
   * Holds a message.
   *
   * @return whether all that is held ends where a row ends
   * @throws ProtocolException where it is too much
   */
  public boolean hold(byte[] bytes, int from, int to) throws ProtocolException {
    int length = to - from;
    if (size + length > MOST) {
      throw new ProtocolException(
          "the server sent a row of COPY in several messages that has more than %d bytes, which"
                  .formatted(MOST)
              + " cannot be looked at");
    }
    if (held.length < size + length) {
      held = Arrays.copyOf(held, Math.max(size + length, Math.min(MOST, 2 * held.length)));
    }
    System.arraycopy(bytes, from, held, size, length);
    size += length;
    if (count == frames.length) {
      frames = Arrays.copyOf(frames, Math.max(8, 2 * count));
    }
    frames[count++] = length;
    return endsRow(held, 0, size);
  }

  /** Looks at what is held. */
  public @Nullable Found look() {
    return look(held, 0, size);
  }

  /** Sends what is held, in messages as it came. */
  public void release(MessageBuilder out) {
    int position = 0;
    for (int index = 0; index < count; index++) {
      out.begin(Backend.COPY_DATA).bytes(held, position, frames[index]).end();
      position += frames[index];
    }
    forget();
  }

  /** Sends nothing of it. */
  public void forget() {
    held = NONE;
    size = 0;
    count = 0;
  }

  private boolean endsRow(byte[] bytes, int from, int to) {
    return binary ? endsRowInBinary(bytes, from, to) : to > from && bytes[to - 1] == '\n';
  }

  private boolean endsRowInBinary(byte[] bytes, int from, int to) {
    int position = headed ? from : headEnd(bytes, from, to);
    while (position >= 0 && position < to) {
      position = rowEnd(bytes, position, to);
    }
    return position == to;
  }

  private static int headEnd(byte[] bytes, int from, int to) {
    if (to - from < HEAD) {
      return -1;
    }
    int more = Int32.read(bytes, from + HEAD - 4);
    return more < 0 || more > to - from - HEAD ? -1 : from + HEAD + more;
  }

  /** Where a row in binary format ends; -1: not within the bytes. */
  private static int rowEnd(byte[] bytes, int from, int to) {
    if (to - from < 2) {
      return -1;
    }
    int columns = (short) Columns.int16(bytes, from);
    int position = from + 2;
    for (int column = 0; column < columns; column++) {
      if (to - position < 4) {
        return -1;
      }
      int length = Int32.read(bytes, position);
      position += 4;
      if (length > to - position) {
        return -1;
      }
      position += Math.max(0, length);
    }
    return position;
  }

  /** Looks at rows. */
  public @Nullable Found look(byte[] bytes, int from, int to) {
    if (binary) {
      return inBinary(bytes, from, to);
    }
    byte separator = separator(bytes, from, to);
    boolean quoted = false;
    int start = from;
    for (int index = from; index < to; index++) {
      quoted ^= separator == ',' && bytes[index] == '"';
      if ((bytes[index] == separator && !quoted) || (bytes[index] == '\n' && index == to - 1)) {
        Found found = lookout.unknown(bytes, start, index);
        if (found != null) {
          return found;
        }
        start = index + 1;
      }
    }
    return lookout.unknown(bytes, start, to);
  }

  /** Tabs are escaped within values, unless it is CSV, where they are in quotes. */
  private static byte separator(byte[] bytes, int from, int to) {
    boolean quoted = false;
    for (int index = from; index < to; index++) {
      quoted ^= bytes[index] == '"';
      if (bytes[index] == '\t' && !quoted) {
        return '\t';
      }
    }
    return ',';
  }

  private @Nullable Found inBinary(byte[] bytes, int from, int to) {
    int position = from;
    if (!headed) {
      position = Math.max(from, headEnd(bytes, from, to));
      headed = true;
    }
    while (position >= 0 && position < to) {
      int end = rowEnd(bytes, position, to);
      if (end < 0) {
        return lookout.unknown(bytes, position, to);
      }
      int value = position + 2;
      while (value < end) {
        int length = Int32.read(bytes, value);
        value += 4;
        if (length > 0) {
          Found found = lookout.unknown(bytes, value, value + length);
          if (found != null) {
            return found;
          }
          value += length;
        }
      }
      position = end;
    }
    return null;
  }
}

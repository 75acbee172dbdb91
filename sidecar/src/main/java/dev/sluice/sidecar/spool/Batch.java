package dev.sluice.sidecar.spool;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Some of the oldest events of a spool, in room that the next batch takes over. */
public final class Batch {
  private static final byte[] HEAD = "{\"events\":[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TAIL = {']', '}'};

  private final Segment segment;
  private final long start;
  private final byte[] bytes;
  private final int length;
  private final int events;

  /** Some of a segment's, from a place on: so many bytes of an array, which are so many lines. */
  Batch(Segment segment, long start, byte[] bytes, int length, int events) {
    this.segment = segment;
    this.start = start;
    this.bytes = bytes;
    this.length = length;
    this.events = events;
  }

  Segment segment() {
    return segment;
  }

  long end() {
    return start + length;
  }

  /** Bytes of its lines. */
  public int bytes() {
    return length;
  }

  /** How many events it has. */
  public int events() {
    return events;
  }

  /** The events as JSON lines. */
  public byte[] lines() {
    return Arrays.copyOf(bytes, length);
  }

  /** Bytes that {@link #writeJson} writes. */
  public int jsonLength() {
    // The last line's end is none of them.
    return HEAD.length + length - 1 + TAIL.length;
  }

  /**
   * Writes the events as the JSON of a {@code EventBatch}. They are not held once more: as large an
   * array would be made for each batch, and outlive most others.
   */
  public void writeJson(OutputStream out) throws IOException {
    out.write(HEAD);
    int from = 0;
    for (int position = 0; position < length; position++) {
      if (bytes[position] == '\n') {
        out.write(bytes, from, position - from);
        if (position < length - 1) {
          out.write(',');
        }
        from = position + 1;
      }
    }
    out.write(TAIL);
  }
}

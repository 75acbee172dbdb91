package dev.sluice.sidecar.spool;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Some of the oldest events of a spool. */
public final class Batch {
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

  /** The events as the JSON of a {@code EventBatch}. */
  public byte[] json() {
    byte[] head = "{\"events\":[".getBytes(StandardCharsets.US_ASCII);
    byte[] json = new byte[head.length + length + 1];
    System.arraycopy(head, 0, json, 0, head.length);
    for (int position = 0; position < length; position++) {
      json[head.length + position] = bytes[position] == '\n' ? (byte) ',' : bytes[position];
    }
    // The last comma is where the array ends.
    json[json.length - 2] = ']';
    json[json.length - 1] = '}';
    return json;
  }
}

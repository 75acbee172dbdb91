package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.wire.Buffers;
import dev.sluice.sidecar.wire.Wire;
import java.io.IOException;

/**
 * What was read of one side and is to be sent to the other one: from the buffer that it was read
 * into, with one write for each read. Only where something stands in place of a message, or beside
 * it, is it staged elsewhere before.
 */
final class RelayBuffer {
  /** Holds any message that has names only, and nearly all texts. */
  static final int SIZE = 16 * 1024;

  /** Bytes of a message before its content. */
  static final int HEADER = 5;

  /** Bytes that are read at once until more are there, which are enough for most sessions. */
  private static final int FIRST_SIZE = 2 * 1024;

  private final MessageBuilder staged;
  private byte[] bytes = new byte[FIRST_SIZE];

  /**
   * Bytes from {@code start} to {@code position} are to be sent; those up to {@code limit} are
   * read.
   */
  private int start;

  private int position;
  private int limit;

  /** Bytes of the message at {@code position} that go on unseen. */
  private long unseen;

  /** Bytes of it that go nowhere. */
  private long unwanted;

  /**
   * An empty one.
   *
   * @param capacity bytes that may be staged without growing
   */
  RelayBuffer(int capacity) {
    staged = new MessageBuilder(capacity);
  }

  /**
   * Reads more.
   *
   * @return how many bytes; 0: nothing now; -1: nothing more comes
   */
  int read(Wire from, Buffers buffers) throws IOException {
    int count = from.read(bytes, limit, bytes.length - limit, buffers);
    if (count > 0) {
      limit += count;
    }
    return count;
  }

  /** What was read. It is another array after {@link #compact}. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the message begins that is looked at. */
  int position() {
    return position;
  }

  /** Where what was read ends. */
  int limit() {
    return limit;
  }

  /** How many bytes were read that were not looked at. */
  int available() {
    return limit - position;
  }

  /** The message that is looked at was dealt with. */
  void advance(int total) {
    position += total;
  }

  /** The bytes that come next are to go on unseen. */
  void pass(long total) {
    unseen = total;
  }

  /** Whether bytes are still to go on unseen. */
  boolean isPassing() {
    return unseen > 0;
  }

  /** Passes on what is there of the bytes that go on unseen. */
  void passOn() {
    int now = (int) Math.min(unseen, limit - position);
    position += now;
    unseen -= now;
  }

  /** The bytes that come next are to go nowhere. */
  void drop(long total) {
    unwanted = total;
  }

  /** Whether bytes are still to go nowhere. */
  boolean isDropping() {
    return unwanted > 0;
  }

  /** Leaves out what is there of the bytes that go nowhere; how many, which end at the position. */
  int leaveOut() {
    stage(position);
    int now = (int) Math.min(unwanted, limit - position);
    position += now;
    start = position;
    unwanted -= now;
    return now;
  }

  /** What goes before the rest of the buffer. What is put there comes after what was staged. */
  MessageBuilder staged() {
    return staged;
  }

  /** Stages what stands before a place, so that something can be put between. */
  void stage(int at) {
    staged.bytes(bytes, start, at - start);
    start = at;
  }

  /** Stages what stands before a message, which itself is not sent. */
  void replace(int at, int total) {
    stage(at);
    start = at + total;
  }

  /** Stages a message with what stands before it, unless it was replaced. */
  void stageThrough(int at, int total) {
    if (start <= at) {
      stage(at + total);
    }
  }

  /** Moves all that was not looked at to another array, which has room for it; how much. */
  int moveTo(byte[] other) {
    int length = limit - position;
    System.arraycopy(bytes, position, other, 0, length);
    position = limit;
    start = position;
    return length;
  }

  /** Sends what was looked at, as far as it is to be sent. */
  void write(Wire to, Buffers buffers) throws IOException {
    int length = Math.max(0, position - start);
    if (staged.size() > 0) {
      staged.bytes(bytes, start, length);
      to.write(staged.array(), 0, staged.size(), buffers);
      staged.clear();
    } else if (length > 0) {
      to.write(bytes, start, length, buffers);
    }
    start = position;
  }

  /** Makes room for more; what was looked at is forgotten. */
  void compact() {
    boolean small = limit == bytes.length && limit < SIZE;
    byte[] next = small ? new byte[SIZE] : bytes;
    System.arraycopy(bytes, position, next, 0, limit - position);
    bytes = next;
    limit -= position;
    position = 0;
    start = 0;
  }

  /** Forgets what was looked at, and sends nothing of it. */
  void forget() {
    staged.clear();
    compact();
  }
}

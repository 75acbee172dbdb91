package dev.sluice.sidecar.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts messages together, one after the other, in an array that grows. For one thread. */
public final class MessageBuilder {
  private byte[] bytes;
  private int size;
  private int lengthAt;

  /**
   * An empty one.
   *
   * @param capacity bytes to begin with
   */
  public MessageBuilder(int capacity) {
    bytes = new byte[Math.max(16, capacity)];
  }

  /** Begins a message with a type and a length that {@link #end} fills in. */
  public MessageBuilder begin(byte type) {
    int8(type);
    return beginUntyped();
  }

  /** Begins a message that has a length only, as those before a session are. */
  public MessageBuilder beginUntyped() {
    lengthAt = size;
    return int32(0);
  }

  /** Ends the message that was begun last. */
  public MessageBuilder end() {
    ByteBuffer.wrap(bytes).putInt(lengthAt, size - lengthAt);
    return this;
  }

  /** Appends a byte. */
  public MessageBuilder int8(byte value) {
    reserve(1);
    bytes[size++] = value;
    return this;
  }

  /** Appends two bytes, the higher one first. */
  public MessageBuilder int16(int value) {
    reserve(2);
    bytes[size++] = (byte) (value >>> 8);
    bytes[size++] = (byte) value;
    return this;
  }

  /** Appends four bytes, the highest one first. */
  public MessageBuilder int32(int value) {
    reserve(4);
    bytes[size++] = (byte) (value >>> 24);
    bytes[size++] = (byte) (value >>> 16);
    bytes[size++] = (byte) (value >>> 8);
    bytes[size++] = (byte) value;
    return this;
  }

  /** Appends a part of an array. */
  public MessageBuilder bytes(byte[] source, int offset, int length) {
    reserve(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
    return this;
  }

  /** Appends an array. */
  public MessageBuilder bytes(byte[] source) {
    return bytes(source, 0, source.length);
  }

  /** Appends a text in UTF-8 and the zero that ends it. A zero within the text is left out. */
  public MessageBuilder text(String text) {
    String safe = text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    return bytes(safe.getBytes(StandardCharsets.UTF_8)).int8((byte) 0);
  }

  /** How many bytes there are. */
  public int size() {
    return size;
  }

  /** The array that holds them, from index 0; valid until something is appended. */
  public byte[] array() {
    return bytes;
  }

  /** A copy of them. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Takes all away. An array that has grown large is given back to the heap. */
  public void clear() {
    size = 0;
    if (bytes.length > 64 * 1024) {
      bytes = new byte[1024];
    }
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length * 2));
    }
  }
}

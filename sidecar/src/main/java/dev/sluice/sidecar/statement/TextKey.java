package dev.sluice.sidecar.statement;

import java.util.Arrays;

/**
 * Bytes of a message as the key of a map. One that is pointed at a buffer finds what a copy was put
 * under, so that looking up makes no garbage; only copies may be put into maps.
 */
public final class TextKey {
  private static final byte[] NOTHING = {};

  private byte[] bytes = NOTHING;
  private int offset;
  private int length;
  private int hash;

  /** Points at a part of an array. */
  public TextKey at(byte[] array, int from, int size) {
    bytes = array;
    offset = from;
    length = size;
    hash = hash(array, from, size);
    return this;
  }

  /** Points at nothing, so that it keeps no array. */
  public void clear() {
    at(NOTHING, 0, 0);
  }

  /** A key of its own, independent of the array that this one points at. */
  public TextKey copy() {
    TextKey copy = new TextKey();
    copy.bytes = Arrays.copyOfRange(bytes, offset, offset + length);
    copy.length = length;
    copy.hash = hash;
    return copy;
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  /** The bytes of a copy, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof TextKey other
        && hash == other.hash
        && length == other.length
        && Arrays.equals(
            bytes, offset, offset + length, other.bytes, other.offset, other.offset + length);
  }

  private static int hash(byte[] array, int from, int size) {
    long value = size * 0x9E3779B97F4A7C15L;
    int position = from;
    int end = from + size;
    for (; position + 8 <= end; position += 8) {
      int low = int32(array, position);
      int high = int32(array, position + 4);
      value = (value ^ (((long) high << 32) | (low & 0xffffffffL))) * 0xFF51AFD7ED558CCDL;
      value ^= value >>> 32;
    }
    long rest = 0;
    for (; position < end; position++) {
      rest = (rest << 8) | (array[position] & 0xff);
    }
    value = (value ^ rest) * 0xC4CEB9FE1A85EC53L;
    return (int) (value ^ (value >>> 32));
  }

  private static int int32(byte[] array, int at) {
    return (array[at] & 0xff)
        | ((array[at + 1] & 0xff) << 8)
        | ((array[at + 2] & 0xff) << 16)
        | (array[at + 3] << 24);
  }
}

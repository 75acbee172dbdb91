package dev.sluice.sql.postgres.grammar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;

/** Native memory as a stream, so that a tree of many megabytes never stands on the heap. */
final class SegmentStream extends InputStream {

  private final MemorySegment bytes;
  private long position;

  SegmentStream(MemorySegment bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    return position < bytes.byteSize() ? bytes.get(JAVA_BYTE, position++) & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    long left = bytes.byteSize() - position;
    if (left == 0) {
      return length == 0 ? 0 : -1;
    }
    int count = (int) Math.min(left, length);
    MemorySegment.copy(bytes, JAVA_BYTE, position, target, offset, count);
    position += count;
    return count;
  }
}

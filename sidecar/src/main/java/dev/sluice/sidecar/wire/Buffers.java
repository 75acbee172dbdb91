package dev.sluice.sidecar.wire;

import java.nio.ByteBuffer;

/**
 * Room that a thread works in and that holds nothing in between, so that connections share it: for
 * what is read or written, and with TLS for what is encrypted and for a record's content.
 */
public final class Buffers {
  /** Some records of TLS, of which each has 16 KiB and a few bytes more at most. */
  private static final int ENCRYPTED = 64 * 1024;

  private static final int RECORD = 17 * 1024;

  /** What is read or written at once without TLS, at most, but for what is longer. */
  private static final int PLAIN = 16 * 1024;

  private final ByteBuffer encrypted = ByteBuffer.allocate(ENCRYPTED);
  private final ByteBuffer record = ByteBuffer.allocate(RECORD);

  /** Outside the heap, where the system reads and writes: the runtime would copy to such a one. */
  private final ByteBuffer plain = ByteBuffer.allocateDirect(PLAIN);

  ByteBuffer plain() {
    return plain.clear();
  }

  ByteBuffer encrypted() {
    return encrypted.clear();
  }

  ByteBuffer record() {
    return record.clear();
  }
}

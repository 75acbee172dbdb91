package dev.sluice.sidecar.wire;

import java.nio.ByteBuffer;

/**
 * Room that a thread works in and that holds nothing in between, so that connections share it. For
 * TLS: what is encrypted, and a record's content.
 */
public final class Buffers {
  /** Some records of TLS, of which each has 16 KiB and a few bytes more at most. */
  private static final int ENCRYPTED = 64 * 1024;

  private static final int RECORD = 17 * 1024;

  private final ByteBuffer encrypted = ByteBuffer.allocate(ENCRYPTED);
  private final ByteBuffer record = ByteBuffer.allocate(RECORD);

  ByteBuffer encrypted() {
    return encrypted.clear();
  }

  ByteBuffer record() {
    return record.clear();
  }
}

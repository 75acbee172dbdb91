package dev.sluice.sql.postgres.grammar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.sluice.policy.event.Sha256;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * SHA-256 of the native library, which uses the processor's own instructions. A virtual machine
 * without its second compiler does not, and takes ten times as long.
 */
final class NativeSha256 implements Sha256 {
  /** Bytes that are hashed in memory that is kept. */
  private static final int KEPT = 16 * 1024;

  private final MethodHandle function;
  private final MemorySegment data;
  private final MemorySegment result;

  /** One by a function that takes an address, a length, and the address of the hash. */
  NativeSha256(MethodHandle function) {
    this.function = function;
    Arena arena = Arena.ofAuto();
    data = arena.allocate(KEPT, 8);
    result = arena.allocate(LENGTH, 8);
  }

  @Override
  public void hash(byte[] bytes, int from, int length, byte[] hash) {
    if (length <= KEPT) {
      hash(bytes, from, length, data);
    } else {
      try (Arena arena = Arena.ofConfined()) {
        hash(bytes, from, length, arena.allocate(length, 8));
      }
    }
    MemorySegment.copy(result, JAVA_BYTE, 0, hash, 0, LENGTH);
  }

  private void hash(byte[] bytes, int from, int length, MemorySegment memory) {
    MemorySegment.copy(bytes, from, memory, JAVA_BYTE, 0, length);
    PgQueryLibrary.invoke(function, memory, length, result);
  }
}

package dev.sluice.sidecar.spool;

/**
 * Room for one batch after the other: under load there are dozens a second, each of which would
 * outlive the youngest objects and so make the heap grow.
 */
final class BatchRoom {
  private byte[] bytes = {};

  /** At least so many bytes, among them those that were given before. */
  byte[] bytes(int length) {
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    return bytes;
  }
}

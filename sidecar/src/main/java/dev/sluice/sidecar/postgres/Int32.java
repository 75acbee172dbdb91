package dev.sluice.sidecar.postgres;

/** The protocol's Int32: four bytes, the most significant one first. */
public final class Int32 {
  private Int32() {}

  /**
   * Reads one.
   *
   * @param bytes holds it
   * @param at index of its first byte
   */
  public static int read(byte[] bytes, int at) {
    return (bytes[at] << 24)
        | ((bytes[at + 1] & 0xff) << 16)
        | ((bytes[at + 2] & 0xff) << 8)
        | (bytes[at + 3] & 0xff);
  }
}

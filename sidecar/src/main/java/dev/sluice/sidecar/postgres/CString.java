package dev.sluice.sidecar.postgres;

/** The protocol's String: bytes up to a zero. */
public final class CString {
  private CString() {}

  /**
   * Finds the zero that ends one.
   *
   * @param bytes holds it
   * @param from index of its first byte
   * @param to where its message ends
   * @throws ProtocolException where there is none
   */
  public static int end(byte[] bytes, int from, int to) throws ProtocolException {
    for (int index = from; index < to; index++) {
      if (bytes[index] == 0) {
        return index;
      }
    }
    throw new ProtocolException("a text that does not end within its message");
  }
}

package dev.sluice.sidecar.postgres;

/** The text of a CommandComplete message, such as {@code INSERT 0 5}. */
public final class CommandTag {

  private CommandTag() {}

  /**
   * The number of rows at its end.
   *
   * @param bytes an array with the tag
   * @param offset index of its first byte
   * @param end index of the zero that ends it
   * @return rows; -1: the tag has none, or none that a long can hold
   */
  public static long rows(byte[] bytes, int offset, int end) {
    int start = end;
    while (start > offset && bytes[start - 1] >= '0' && bytes[start - 1] <= '9') {
      start--;
    }
    if (start == end || end - start > 18 || start == offset || bytes[start - 1] != ' ') {
      return -1;
    }
    long rows = 0;
    for (int position = start; position < end; position++) {
      rows = rows * 10 + (bytes[position] - '0');
    }
    return rows;
  }
}

package dev.sluice.sidecar.detect;

import dev.sluice.sidecar.postgres.CString;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.ProtocolException;
import org.jspecify.annotations.Nullable;

/** The columns of a result, as a RowDescription message tells them. */
public final class Columns {
  /** Of a column: table, number in it, type, its size and modifier, format. */
  private static final int AFTER_NAME = 4 + 2 + 4 + 2 + 4 + 2;

  final int[] tables;
  final int[] attributes;
  final int[] types;
  final int[] formats;

  /** What is done with each, as it was found out last; null: it was not. */
  @Nullable Sieve @Nullable [] sieves;

  @Nullable Watch watch;
  @Nullable Origins origins;

  private Columns(int count) {
    tables = new int[count];
    attributes = new int[count];
    types = new int[count];
    formats = new int[count];
  }

  /**
   * Reads them.
   *
   * @param bytes an array with the content of the message
   * @param from where it begins
   * @param to where it ends
   * @throws ProtocolException where it is none
   */
  static Columns read(byte[] bytes, int from, int to) throws ProtocolException {
    if (to - from < 2) {
      throw new ProtocolException("a description of rows without a number of columns");
    }
    Columns columns = new Columns(int16(bytes, from));
    int position = from + 2;
    for (int index = 0; index < columns.types.length; index++) {
      position = CString.end(bytes, position, to) + 1;
      if (to - position < AFTER_NAME) {
        throw new ProtocolException("a description of rows that ends within a column");
      }
      columns.tables[index] = Int32.read(bytes, position);
      columns.attributes[index] = int16(bytes, position + 4);
      columns.types[index] = Int32.read(bytes, position + 6);
      columns.formats[index] = int16(bytes, position + 16);
      position += AFTER_NAME;
    }
    return columns;
  }

  static int int16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }
}

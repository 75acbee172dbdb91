package dev.sluice.sidecar.postgres;

/** First bytes of the messages that clients send. */
public final class Frontend {
  public static final byte BIND = 'B';
  public static final byte CLOSE = 'C';
  public static final byte COPY_DATA = 'd';
  public static final byte COPY_DONE = 'c';
  public static final byte COPY_FAIL = 'f';
  public static final byte DESCRIBE = 'D';
  public static final byte EXECUTE = 'E';
  public static final byte FLUSH = 'H';
  public static final byte FUNCTION_CALL = 'F';
  public static final byte PARSE = 'P';
  public static final byte PASSWORD = 'p';
  public static final byte QUERY = 'Q';
  public static final byte SYNC = 'S';
  public static final byte TERMINATE = 'X';

  /** The length above which the server takes no message, in bytes. */
  private static final int LARGE = 0x3fffffff;

  /** Likewise for messages that carry names and flags only. */
  private static final int SMALL = 10_000;

  private Frontend() {}

  /**
   * The length that a message may have at most, its own four bytes included.
   *
   * @param type its first byte
   * @return bytes; 0: there is no such message
   */
  public static int maximumLength(byte type) {
    return switch (type) {
      case QUERY, PARSE, BIND, FUNCTION_CALL, COPY_DATA -> LARGE;
      case CLOSE, COPY_DONE, COPY_FAIL, DESCRIBE, EXECUTE, FLUSH, SYNC, TERMINATE -> SMALL;
      default -> 0;
    };
  }
}

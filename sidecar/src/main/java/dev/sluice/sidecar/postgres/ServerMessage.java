package dev.sluice.sidecar.postgres;

import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The content of an ErrorResponse or a NoticeResponse.
 *
 * @param severity {@code ERROR}, {@code FATAL}, {@code WARNING} and the like, not translated
 * @param sqlState five characters
 * @param message one line
 * @param detail more of it; null: nothing
 * @param hint what to do next; null: nothing
 * @param routine the routine that reported it, which some drivers look at; null: none
 */
public record ServerMessage(
    String severity,
    String sqlState,
    String message,
    @Nullable String detail,
    @Nullable String hint,
    @Nullable String routine) {

  /** An error without a routine. */
  public static ServerMessage error(String sqlState, String message, String detail, String hint) {
    return new ServerMessage("ERROR", sqlState, message, detail, hint, null);
  }

  /** An error after which the connection is closed. */
  public static ServerMessage fatal(String sqlState, String message, String detail, String hint) {
    return new ServerMessage("FATAL", sqlState, message, detail, hint, null);
  }

  /** Something that the client should know. */
  public static ServerMessage warning(String message, String detail, String hint) {
    return new ServerMessage("WARNING", "01000", message, detail, hint, null);
  }

  /** Whether the connection ends with it. */
  public boolean endsConnection() {
    return severity.equals("FATAL") || severity.equals("PANIC");
  }

  /**
   * Reads the fields of a message. Fields that are cut off at the end are left out.
   *
   * @param bytes an array with the fields
   * @param offset index of the first field
   * @param end index after the last byte
   */
  public static ServerMessage read(byte[] bytes, int offset, int end) {
    String localized = "ERROR";
    String severity = null;
    String sqlState = "XX000";
    String message = "";
    String detail = null;
    String hint = null;
    String routine = null;
    int position = offset;
    while (position < end && bytes[position] != 0) {
      byte field = bytes[position++];
      int stop = position;
      while (stop < end && bytes[stop] != 0) {
        stop++;
      }
      if (stop == end) {
        break;
      }
      String text = new String(bytes, position, stop - position, StandardCharsets.UTF_8);
      switch (field) {
        case 'S' -> localized = text;
        case 'V' -> severity = text;
        case 'C' -> sqlState = text;
        case 'M' -> message = text;
        case 'D' -> detail = text;
        case 'H' -> hint = text;
        case 'R' -> routine = text;
        default -> {
          // Where in a text or in the server's source: nothing that a gate acts on.
        }
      }
      position = stop + 1;
    }
    return new ServerMessage(
        severity == null ? localized : severity, sqlState, message, detail, hint, routine);
  }

  /**
   * The fields of an error that points at another place in the text than it did.
   *
   * @param bytes an array with the fields
   * @param offset index of the first field
   * @param end index after the last byte
   * @param place the other place, by the one that it points at; both in characters, from 1
   * @return the fields; null: it points nowhere, or the place is the same
   */
  public static byte @Nullable [] moved(byte[] bytes, int offset, int end, IntUnaryOperator place) {
    int position = offset;
    while (position < end && bytes[position] != 0) {
      byte field = bytes[position];
      int from = position + 1;
      int stop = from;
      while (stop < end && bytes[stop] != 0) {
        stop++;
      }
      if (field == 'P' && stop < end) {
        int before = number(bytes, from, stop);
        int after = place.applyAsInt(before);
        if (after == before) {
          return null;
        }
        MessageBuilder out = new MessageBuilder(end - offset + 8);
        out.bytes(bytes, offset, from - offset).text(String.valueOf(after));
        return out.bytes(bytes, stop + 1, end - stop - 1).toByteArray();
      }
      position = stop + 1;
    }
    return null;
  }

  private static int number(byte[] bytes, int from, int to) {
    int number = 0;
    for (int index = from; index < to; index++) {
      number = 10 * number + bytes[index] - '0';
    }
    return number;
  }

  /** Appends it as an ErrorResponse or, for a warning, as a NoticeResponse. */
  public void write(MessageBuilder out) {
    boolean notice = severity.equals("WARNING") || severity.equals("NOTICE");
    out.begin(notice ? Backend.NOTICE_RESPONSE : Backend.ERROR_RESPONSE);
    field(out, 'S', severity);
    field(out, 'V', severity);
    field(out, 'C', sqlState);
    field(out, 'M', message);
    field(out, 'D', detail);
    field(out, 'H', hint);
    field(out, 'R', routine);
    out.int8((byte) 0).end();
  }

  private static void field(MessageBuilder out, char name, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      out.int8((byte) name).text(text);
    }
  }
}

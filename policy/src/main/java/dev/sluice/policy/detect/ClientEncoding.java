package dev.sluice.policy.detect;

import java.util.Locale;
import java.util.Set;

/**
 * How the bytes of a text are characters, as far as a detector has to know. It reads UTF-8; of a
 * text in another encoding it reads a copy of the same length, in which all that is not ASCII is
 * something that it takes for the same. So places in the copy are places in the text.
 */
public enum ClientEncoding {
  /** UTF-8, or nobody knows (SQL_ASCII). */
  UTF8,
  /** One byte for each character. */
  SINGLE,
  /** Several bytes for a character, none of them ASCII, as in the EUC encodings. */
  HIGH,
  /** A byte beyond ASCII and any other one: BIG5, GBK, UHC, JOHAB. */
  DOUBLE,
  /** The same, but that some bytes beyond ASCII stand alone. */
  SHIFT_JIS,
  /** The same as {@link #DOUBLE}, but for characters of four bytes. */
  GB18030;

  private static final Set<String> DOUBLES =
      Set.of(
          "BIG5",
          "WIN950",
          "WINDOWS950",
          "GBK",
          "WIN936",
          "WINDOWS936",
          "UHC",
          "WIN949",
          "WINDOWS949",
          "JOHAB");

  /** The one that PostgreSQL gives a name. */
  public static ClientEncoding of(String name) {
    String plain = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
    if (plain.startsWith("EUC") || plain.startsWith("MULE")) {
      return HIGH;
    }
    if (DOUBLES.contains(plain)) {
      return DOUBLE;
    }
    return switch (plain) {
      case "UTF8", "UNICODE", "SQLASCII" -> UTF8;
      case "SJIS", "MSKANJI", "SHIFTJIS", "WIN932", "WINDOWS932", "SHIFTJIS2004" -> SHIFT_JIS;
      case "GB18030" -> GB18030;
      default -> SINGLE;
    };
  }

  /** Whether a text is read as it is. */
  public boolean isRead() {
    return this == UTF8;
  }

  /**
   * Makes the copy that is read.
   *
   * @param text an array with the text
   * @param from where it begins
   * @param to where it ends
   * @param copy an array in which the copy is put at the same place
   */
  public void copy(byte[] text, int from, int to, byte[] copy) {
    int position = from;
    while (position < to) {
      int value = text[position] & 0xff;
      if (value < 0x80) {
        copy[position++] = (byte) value;
        continue;
      }
      int next = position + 1 < to ? text[position + 1] & 0xff : 0;
      int length =
          switch (this) {
            case UTF8, SINGLE, HIGH -> 1;
            case DOUBLE -> value == 0x80 || value == 0xff ? 1 : 2;
            case SHIFT_JIS -> value == 0x80 || (value >= 0xa0 && value <= 0xdf) ? 1 : 2;
            case GB18030 -> next >= '0' && next <= '9' ? 4 : 2;
          };
      byte sign =
          switch (this) {
            case UTF8 -> (byte) value;
            case SINGLE -> value == 0xa0 ? (byte) ' ' : value >= 0xc0 ? (byte) 'x' : (byte) 0xff;
            case HIGH, DOUBLE, SHIFT_JIS, GB18030 -> (byte) 0xff;
          };
      for (int end = Math.min(to, position + length); position < end; position++) {
        copy[position] = sign;
      }
    }
  }
}

package dev.sluice.policy.detect;

/**
 * A text without its backslashes, as whoever reads it as JSON, as an array, as a row or as a line
 * of COPY sees it. Of each byte it is known where it stood. Reused.
 */
final class Unescaped {
  private static final int FIRST_SIZE = 256;

  private byte[] bytes = new byte[FIRST_SIZE];

  /** Where each byte stood, and at the end where the text ended. */
  private int[] places = new int[FIRST_SIZE + 1];

  private int length;

  /** Reads a text that stands in an array by itself. */
  void read(byte[] text, int from, int to) {
    reset(to - from);
    int position = from;
    while (position < to) {
      int start = position;
      position = take(text, position, to);
      fill(start);
    }
    places[length] = to;
    filled = length;
  }

  /** Reads what another one has read. */
  void read(Unescaped other) {
    reset(other.length);
    int position = 0;
    while (position < other.length) {
      int start = other.places[position];
      position = take(other.bytes, position, other.length);
      fill(start);
    }
    places[length] = other.places[other.length];
    filled = length;
  }

  /** How many bytes have places. */
  private int filled;

  private void reset(int most) {
    if (bytes.length < most) {
      bytes = new byte[most];
      places = new int[most + 1];
    }
    length = 0;
    filled = 0;
  }

  private void fill(int place) {
    while (filled < length) {
      places[filled++] = place;
    }
  }

  /** Takes one byte, or what a backslash and the characters after it mean. */
  private int take(byte[] text, int at, int to) {
    byte value = text[at];
    if (value != '\\' || at + 1 == to) {
      bytes[length++] = value;
      return at + 1;
    }
    byte escaped = text[at + 1];
    switch (escaped) {
      case 'n', 'r' -> bytes[length++] = '\n';
      case 't', 'v' -> bytes[length++] = '\t';
      case 'b', 'f' -> bytes[length++] = ' ';
      case 'u' -> {
        int character = character(text, at + 2, to);
        if (character < 0) {
          bytes[length++] = escaped;
        } else {
          encode(character);
          return at + 6;
        }
      }
      default -> bytes[length++] = escaped;
    }
    return at + 2;
  }

  private static int character(byte[] text, int at, int to) {
    if (at + 4 > to) {
      return -1;
    }
    int character = 0;
    for (int index = at; index < at + 4; index++) {
      if (!Bytes.isHexadecimal(text[index])) {
        return -1;
      }
      character = 16 * character + Bytes.value(text[index]);
    }
    return character;
  }

  private void encode(int character) {
    if (character < 0x80) {
      bytes[length++] = (byte) character;
    } else if (character < 0x800) {
      bytes[length++] = (byte) (0xc0 | character >> 6);
      bytes[length++] = (byte) (0x80 | (character & 0x3f));
    } else {
      bytes[length++] = (byte) (0xe0 | character >> 12);
      bytes[length++] = (byte) (0x80 | (character >> 6 & 0x3f));
      bytes[length++] = (byte) (0x80 | (character & 0x3f));
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Where a byte stood; of the end, where the text ended. */
  int place(int index) {
    return places[index];
  }

  /** Whether there are backslashes in what was read. */
  boolean hasEscapes() {
    for (int index = 0; index < length; index++) {
      if (bytes[index] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** Gives memory back that a long text took. */
  void forget(int most) {
    if (bytes.length > most) {
      bytes = new byte[FIRST_SIZE];
      places = new int[FIRST_SIZE + 1];
    }
  }
}

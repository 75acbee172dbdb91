package dev.sluice.policy.detect;

/** What the bytes of a text are. Those that are not ASCII belong to other characters. */
final class Bytes {
  private Bytes() {}

  static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  static boolean isUpper(byte value) {
    return value >= 'A' && value <= 'Z';
  }

  static boolean isLetter(byte value) {
    int lower = value | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  static boolean isAlphanumeric(byte value) {
    return isDigit(value) || isLetter(value);
  }

  static boolean isHexadecimal(byte value) {
    int lower = value | 0x20;
    return isDigit(value) || (lower >= 'a' && lower <= 'f');
  }

  /** The digit, or ten and more for a letter, as IBANs count. */
  static int value(byte character) {
    return isDigit(character) ? character - '0' : (character | 0x20) - 'a' + 10;
  }

  /** Whether a place is not within or right behind a word of ASCII. */
  static boolean begins(byte[] bytes, int from, int at) {
    return at == from || !isAlphanumeric(bytes[at - 1]);
  }

  /** Whether a word of ASCII does not go on at a place. */
  static boolean ends(byte[] bytes, int at, int to) {
    return at >= to || !isAlphanumeric(bytes[at]);
  }

  /** Whether a text stands at a place. */
  static boolean has(byte[] bytes, int at, int to, byte[] text) {
    if (at < 0 || to - at < text.length) {
      return false;
    }
    for (int index = 0; index < text.length; index++) {
      if (bytes[at + index] != text[index]) {
        return false;
      }
    }
    return true;
  }
}

package dev.sluice.policy.detect;

/** Digits in groups, with one separator, or two, between each and the next. Reused. */
final class Digits {
  /** No number that is looked for has more. */
  static final int MOST = 24;

  private static final int MOST_GROUPS = 12;

  final byte[] digits = new byte[MOST];

  /** How many digits there are. */
  int count;

  /** How many groups. */
  int groups;

  /** How many digits each group has. */
  final int[] sizes = new int[MOST_GROUPS];

  /** Where each group begins. */
  final int[] starts = new int[MOST_GROUPS];

  /** Where each group ends. */
  final int[] ends = new int[MOST_GROUPS];

  /**
   * What stands before each group but the first: a space, a hyphen, a dot, a slash; other hyphens
   * and spaces are as those of ASCII. A parenthesis with or without a space is one.
   */
  final byte[] separators = new byte[MOST_GROUPS];

  /** Reads groups from a digit on, as many as fit whole. */
  void read(byte[] bytes, int from, int to) {
    count = 0;
    groups = 0;
    int position = from;
    byte separator = 0;
    while (groups < MOST_GROUPS) {
      int end = position;
      while (end < to && Bytes.isDigit(bytes[end])) {
        end++;
      }
      int size = end - position;
      if (count + size > MOST) {
        return;
      }
      for (int index = 0; index < size; index++) {
        digits[count + index] = (byte) (bytes[position + index] - '0');
      }
      count += size;
      starts[groups] = position;
      ends[groups] = end;
      sizes[groups] = size;
      separators[groups] = separator;
      groups++;
      int next = separatorEnd(bytes, end, to);
      if (next == end || next >= to || !Bytes.isDigit(bytes[next])) {
        return;
      }
      separator = separator(bytes, end, next);
      position = next;
    }
  }

  /** How many digits the first groups have. */
  int digitsOf(int some) {
    int sum = 0;
    for (int index = 0; index < some; index++) {
      sum += sizes[index];
    }
    return sum;
  }

  /** Whether the same one stands between all of the first groups. */
  boolean isUniform(int some) {
    for (int index = 2; index < some; index++) {
      if (separators[index] != separators[1]) {
        return false;
      }
    }
    return true;
  }

  /** The end of what may stand between two groups; the start: nothing does. */
  static int separatorEnd(byte[] bytes, int at, int to) {
    int position = at;
    for (int count = 0; count < 3; count++) {
      int length = separatorLength(bytes, position, to);
      if (length == 0) {
        break;
      }
      position += length;
    }
    return position;
  }

  private static int separatorLength(byte[] bytes, int at, int to) {
    if (at >= to) {
      return 0;
    }
    return switch (bytes[at]) {
      case ' ', '-', '.', '/', '(', ')' -> 1;
      // A space that is not broken: C2 A0.
      case (byte) 0xc2 -> at + 1 < to && bytes[at + 1] == (byte) 0xa0 ? 2 : 0;
      // Thin and narrow spaces, hyphens and dashes: E2 80 xx.
      case (byte) 0xe2 -> at + 2 < to && bytes[at + 1] == (byte) 0x80 ? general(bytes[at + 2]) : 0;
      default -> 0;
    };
  }

  private static int general(byte last) {
    int value = last & 0xff;
    return (value >= 0x80 && value <= 0x95) || value == 0xaf ? 3 : 0;
  }

  /** What one or several separators count as; zero: nothing that a number has. */
  private static byte separator(byte[] bytes, int from, int end) {
    byte only = 0;
    int signs = 0;
    boolean parenthesis = false;
    for (int index = from; index < end; ) {
      byte sign =
          switch (bytes[index]) {
            case (byte) 0xc2 -> ' ';
            case (byte) 0xe2 -> isSpace(bytes[index + 2]) ? (byte) ' ' : (byte) '-';
            default -> bytes[index];
          };
      index += bytes[index] == (byte) 0xc2 ? 2 : bytes[index] == (byte) 0xe2 ? 3 : 1;
      parenthesis |= sign == '(' || sign == ')';
      if (sign != ' ' || only == 0) {
        only = sign;
      }
      signs++;
    }
    if (parenthesis) {
      return ')';
    }
    return signs == 1 ? only : signs == 2 && only == ' ' ? (byte) ' ' : 0;
  }

  private static boolean isSpace(byte last) {
    int value = last & 0xff;
    return value <= 0x8d || value == 0xaf;
  }
}

package dev.sluice.policy.detect;

import java.util.Set;

/** Whether the word before a number says what the number is, as {@code tel: } does. */
final class Words {
  private static final int LONGEST = 14;
  private static final int MOST_SIGNS = 5;

  private Words() {}

  /**
   * Whether one of some words stands before a place, with a few signs between, such as {@code :},
   * {@code =} or quotes.
   *
   * @param words in lower case
   */
  static boolean precedes(byte[] bytes, int from, int at, Set<String> words) {
    int end = at;
    while (end > from && at - end < MOST_SIGNS && isSign(bytes[end - 1])) {
      end--;
    }
    int start = end;
    while (start > from && end - start <= LONGEST && Bytes.isLetter(bytes[start - 1])) {
      start--;
    }
    if (start == end || end - start > LONGEST) {
      return false;
    }
    StringBuilder word = new StringBuilder();
    for (int index = start; index < end; index++) {
      word.append((char) (bytes[index] | 0x20));
    }
    return words.contains(word.toString());
  }

  private static boolean isSign(byte value) {
    return switch (value) {
      case ' ', ':', '=', '"', '\'', '.', '>', '#', '(', '\\' -> true;
      default -> false;
    };
  }
}

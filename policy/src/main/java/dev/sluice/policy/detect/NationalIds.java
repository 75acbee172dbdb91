package dev.sluice.policy.detect;

import java.util.Set;

/** Finds numbers that states give to persons. */
final class NationalIds {
  private static final byte[] DNI_LETTERS = {
    'T', 'R', 'W', 'A', 'G', 'M', 'Y', 'F', 'P', 'D', 'X', 'B', 'N', 'J', 'Z', 'S', 'Q', 'V', 'H',
    'L', 'C', 'K', 'E'
  };

  private static final Set<String> SOCIAL_SECURITY = Set.of("ssn", "security", "ssnumber");
  private static final Set<String> CPF = Set.of("cpf", "cpfs");

  private NationalIds() {}

  /** Looks at digits in groups, of which the first begins where no word goes on. */
  static void find(byte[] bytes, int from, int to, Digits digits, Found found) {
    int start = digits.starts[0];
    unitedStates(bytes, from, start, to, digits, found);
    germany(bytes, start, to, digits, found);
    brazil(bytes, from, start, to, digits, found);
    france(bytes, start, to, digits, found);
    spain(bytes, start, to, digits, found);
  }

  private static void unitedStates(
      byte[] bytes, int from, int start, int to, Digits digits, Found found) {
    boolean grouped =
        digits.groups >= 3
            && digits.sizes[0] == 3
            && digits.sizes[1] == 2
            && digits.sizes[2] == 4
            && digits.isUniform(3)
            && (digits.separators[1] == '-' || digits.separators[1] == ' ');
    boolean named = digits.sizes[0] == 9 && Words.precedes(bytes, from, start, SOCIAL_SECURITY);
    if (!grouped && !named) {
      return;
    }
    byte[] number = digits.digits;
    int area = 100 * number[0] + 10 * number[1] + number[2];
    boolean valid =
        area != 0
            && area != 666
            && area < 900
            && number[3] + number[4] > 0
            && number[5] + number[6] + number[7] + number[8] > 0;
    int end = digits.ends[grouped ? 2 : 0];
    if (valid && Bytes.ends(bytes, end, to)) {
      found.add(Kind.NationalId, start, end);
    }
  }

  /** Eleven digits: of the first ten one is there twice or three times, all others once. */
  private static void germany(byte[] bytes, int start, int to, Digits digits, Found found) {
    int end = end(digits, 11, 2, 3, 3, 3);
    if (end < 0 || digits.digits[0] == 0 || !Bytes.ends(bytes, end, to)) {
      return;
    }
    int[] times = new int[10];
    for (int index = 0; index < 10; index++) {
      times[digits.digits[index]]++;
    }
    int repeated = 0;
    for (int time : times) {
      if (time > 3) {
        return;
      }
      repeated += time > 1 ? 1 : 0;
    }
    if (repeated == 1 && Checksums.germanTax(digits.digits, 0)) {
      found.add(Kind.NationalId, start, end);
    }
  }

  /** {@code 123.456.789-09}; in a row only where a word says so, as each hundredth number would. */
  private static void brazil(
      byte[] bytes, int from, int start, int to, Digits digits, Found found) {
    boolean grouped =
        digits.groups >= 4
            && digits.sizes[0] == 3
            && digits.sizes[1] == 3
            && digits.sizes[2] == 3
            && digits.sizes[3] == 2
            && digits.separators[1] == '.'
            && digits.separators[2] == '.'
            && digits.separators[3] == '-';
    boolean named = digits.sizes[0] == 11 && Words.precedes(bytes, from, start, CPF);
    if ((grouped || named) && Checksums.cpf(digits.digits, 0)) {
      int end = digits.ends[grouped ? 3 : 0];
      if (Bytes.ends(bytes, end, to)) {
        found.add(Kind.NationalId, start, end);
      }
    }
  }

  private static void france(byte[] bytes, int start, int to, Digits digits, Found found) {
    int end = end(digits, 15, 1, 2, 2, 2, 3, 3, 2);
    if (end < 0 || !Bytes.ends(bytes, end, to)) {
      return;
    }
    byte[] number = digits.digits;
    int month = 10 * number[3] + number[4];
    if ((number[0] == 1 || number[0] == 2) && month >= 1 && month <= 12 && Checksums.nir(number)) {
      found.add(Kind.NationalId, start, end);
    }
  }

  /** Eight digits and a letter of check, or a letter, seven digits and a letter of check. */
  private static void spain(byte[] bytes, int start, int to, Digits digits, Found found) {
    if (digits.sizes[0] == 8) {
      letter(bytes, start, 0, to, digits, found);
    }
  }

  /** The number of a foreigner, whose first letter stands before its digits. */
  static void foreigner(byte[] bytes, int from, int to, Digits digits, Found found) {
    int start = digits.starts[0] - 1;
    if (digits.sizes[0] == 7
        && start >= from
        && bytes[start] >= 'X'
        && bytes[start] <= 'Z'
        && Bytes.begins(bytes, from, start)) {
      letter(bytes, start, bytes[start] - 'X', to, digits, found);
    }
  }

  private static void letter(
      byte[] bytes, int start, int leading, int to, Digits digits, Found found) {
    int number = leading;
    for (int index = 0; index < digits.sizes[0]; index++) {
      number = 10 * number + digits.digits[index];
    }
    int at = digits.ends[0];
    if (at < to && bytes[at] == '-') {
      at++;
    }
    if (at < to && bytes[at] == DNI_LETTERS[number % 23] && Bytes.ends(bytes, at + 1, to)) {
      found.add(Kind.NationalId, start, at + 1);
    }
  }

  /** Where a number ends that is in one row or in groups of some sizes; -1: it is in neither. */
  private static int end(Digits digits, int count, int... sizes) {
    if (digits.sizes[0] == count) {
      return digits.ends[0];
    }
    if (digits.groups < sizes.length || !digits.isUniform(sizes.length)) {
      return -1;
    }
    for (int group = 0; group < sizes.length; group++) {
      if (digits.sizes[group] != sizes[group]) {
        return -1;
      }
    }
    return digits.separators[1] == ' ' || digits.separators[1] == '-'
        ? digits.ends[sizes.length - 1]
        : -1;
  }
}

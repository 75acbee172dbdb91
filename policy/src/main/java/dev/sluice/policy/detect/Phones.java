package dev.sluice.policy.detect;

import java.util.Set;

/**
 * Finds telephone numbers: international ones after a plus or two zeros, North American ones in
 * their groups, ones with the zero before the area in groups, and others after a word that says so.
 * Digits in a row are none by themselves.
 */
final class Phones {
  private static final Set<String> WORDS =
      Set.of(
          "tel",
          "phone",
          "telephone",
          "telefon",
          "mobile",
          "mobil",
          "handy",
          "cell",
          "cellphone",
          "fax",
          "call",
          "whatsapp",
          "telefono",
          "movil",
          "celular",
          "portable",
          "phonenumber",
          "msisdn",
          "rufnummer",
          "telefone",
          "sms");

  /** The first two digits of country codes; those of one digit are 1 and 7. */
  private static final boolean[] COUNTRIES = new boolean[100];

  static {
    for (int code = 10; code < 100; code++) {
      COUNTRIES[code] = code < 20 || code / 10 == 7 || !isUnassigned(code);
    }
  }

  private Phones() {}

  private static boolean isUnassigned(int code) {
    return code == 28 || code == 83 || code == 89;
  }

  /** Looks at digits in groups, of which the first begins where no word goes on. */
  static void find(byte[] bytes, int from, int to, Digits digits, Found found) {
    int first = digits.starts[0];
    int start = first;
    if (start > from && bytes[start - 1] == '(') {
      start--;
    }
    if (first > from && bytes[first - 1] == '+') {
      start = first - 1;
      if (start == from || bytes[start - 1] != '+') {
        international(bytes, start, to, digits, 0, found);
      }
      return;
    }
    if (digits.digits[0] == 0 && digits.count > 2 && digits.digits[1] == 0) {
      international(bytes, start, to, digits, 2, found);
    } else if (!northAmerican(bytes, start, to, digits, found)
        && !withTrunkZero(bytes, start, to, digits, found)) {
      named(bytes, from, start, to, digits, found);
    }
  }

  private static void international(
      byte[] bytes, int start, int to, Digits digits, int skipped, Found found) {
    int count = 0;
    int end = -1;
    for (int group = 0; group < digits.groups; group++) {
      if (group > 0 && digits.separators[group] == 0) {
        break;
      }
      count += digits.sizes[group];
      int length = count - skipped;
      if (length > 15) {
        break;
      }
      if (length >= 8 && Bytes.ends(bytes, digits.ends[group], to)) {
        end = digits.ends[group];
      }
    }
    int code =
        10 * digits.digits[skipped] + (digits.count > skipped + 1 ? digits.digits[skipped + 1] : 0);
    // Without separators, two zeros and digits are rather a number that is padded.
    boolean written = skipped == 0 || digits.groups > 1;
    if (end >= 0 && written && digits.digits[skipped] > 0 && COUNTRIES[code]) {
      found.add(Kind.Phone, start, end);
    }
  }

  /** Such as {@code (555) 234-5678}, {@code 555-234-5678} and {@code 1 555 234 5678}. */
  private static boolean northAmerican(
      byte[] bytes, int start, int to, Digits digits, Found found) {
    int group = digits.sizes[0] == 1 && digits.digits[0] == 1 ? 1 : 0;
    if (digits.groups < group + 3
        || digits.sizes[group] != 3
        || digits.sizes[group + 1] != 3
        || digits.sizes[group + 2] != 4
        || digits.digits[group] < 2
        || digits.digits[group + 3] < 2) {
      return false;
    }
    for (int index = 1; index < group + 3; index++) {
      if (digits.separators[index] == 0 || digits.separators[index] == '/') {
        return false;
      }
    }
    int end = digits.ends[group + 2];
    if (!Bytes.ends(bytes, end, to)) {
      return false;
    }
    found.add(Kind.Phone, start, end);
    return true;
  }

  /** Such as {@code 030 1234567}, {@code 0171/1234567} and {@code 06 12 34 56 78}. */
  private static boolean withTrunkZero(
      byte[] bytes, int start, int to, Digits digits, Found found) {
    if (digits.digits[0] != 0 || digits.sizes[0] < 2 || digits.groups < 2 || isDate(digits)) {
      return false;
    }
    boolean pairs = true;
    int count = digits.sizes[0];
    int end = -1;
    for (int group = 1; group < digits.groups; group++) {
      byte separator = digits.separators[group];
      pairs &= digits.sizes[group - 1] == 2 && digits.sizes[group] == 2;
      if (separator == 0 || (separator == '.' && !pairs)) {
        break;
      }
      count += digits.sizes[group];
      if (count > 12) {
        break;
      }
      if (count >= 9 && Bytes.ends(bytes, digits.ends[group], to)) {
        end = digits.ends[group];
      }
    }
    if (end < 0) {
      return false;
    }
    found.add(Kind.Phone, start, end);
    return true;
  }

  /** Whether they begin as {@code 01.02.2024}, {@code 01-02-24} or {@code 05/2024}. */
  private static boolean isDate(Digits digits) {
    if (digits.separators[1] == ' ' || digits.sizes[0] != 2) {
      return false;
    }
    if (digits.sizes[1] == 4) {
      return true;
    }
    return digits.groups >= 3
        && digits.sizes[1] == 2
        && digits.separators[1] == digits.separators[2]
        && (digits.sizes[2] == 4
            || digits.groups == 3
            || digits.separators[3] != digits.separators[2]);
  }

  private static void named(byte[] bytes, int from, int start, int to, Digits digits, Found found) {
    int count = 0;
    int end = -1;
    for (int group = 0; group < digits.groups; group++) {
      if (group > 0 && digits.separators[group] == 0) {
        break;
      }
      count += digits.sizes[group];
      if (count > 15) {
        break;
      }
      if (count >= 6 && Bytes.ends(bytes, digits.ends[group], to)) {
        end = digits.ends[group];
      }
    }
    if (end >= 0 && !isRedacted(digits) && Words.precedes(bytes, from, start, WORDS)) {
      found.add(Kind.Phone, start, end);
    }
  }

  /** Whether nothing but zeros follow the first digit, as where a number was redacted. */
  private static boolean isRedacted(Digits digits) {
    for (int index = 1; index < digits.count; index++) {
      if (digits.digits[index] != 0) {
        return false;
      }
    }
    return true;
  }
}

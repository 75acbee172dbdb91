package dev.sluice.policy.detect;

/** Finds numbers of payment cards. */
final class Cards {
  private static final int SHORTEST = 13;
  private static final int LONGEST = 19;

  private Cards() {}

  /** Looks at digits in groups, of which the first begins where no word goes on. */
  static void find(byte[] bytes, int from, int to, Digits digits, Found found) {
    int start = digits.starts[0];
    if (isFraction(bytes, from, start) || (start > from && bytes[start - 1] == '+')) {
      return;
    }
    int end = -1;
    int count = 0;
    for (int group = 0; group < digits.groups; group++) {
      count += digits.sizes[group];
      boolean grouped = group > 0;
      if (grouped
          && (digits.sizes[group - 1] < 3
              || (digits.separators[group] != ' ' && digits.separators[group] != '-')
              || !digits.isUniform(group + 1))) {
        break;
      }
      if (count > LONGEST) {
        break;
      }
      if (count >= SHORTEST
          && isOfScheme(digits.digits, count)
          && Checksums.luhn(digits.digits, count)
          && Bytes.ends(bytes, digits.ends[group], to)) {
        end = digits.ends[group];
      }
    }
    if (end >= 0) {
      found.add(Kind.PaymentCard, start, end);
    }
  }

  /** Whether they come after a decimal point: of those every tenth would have a check digit. */
  private static boolean isFraction(byte[] bytes, int from, int start) {
    return start - 2 >= from && bytes[start - 1] == '.' && Bytes.isDigit(bytes[start - 2]);
  }

  private static boolean isOfScheme(byte[] digits, int count) {
    int two = number(digits, 2);
    int four = number(digits, 4);
    return switch (digits[0]) {
      case 2 -> count == 16 && four >= 2200 && four <= 2720;
      case 3 ->
          switch (two) {
            case 34, 37 -> count == 15;
            case 35 -> count >= 16;
            case 36, 38, 39 -> count >= 14;
            case 30 -> count >= 14 && digits[2] <= 5;
            default -> false;
          };
      case 4 -> count == 13 || count == 16 || count == 19;
      case 5 -> two == 50 ? count >= 16 : two <= 55 ? count == 16 : count >= 16;
      case 6 -> count >= 16;
      case 8 -> two == 81 && count >= 16;
      default -> false;
    };
  }

  private static int number(byte[] digits, int count) {
    int number = 0;
    for (int index = 0; index < count; index++) {
      number = 10 * number + digits[index];
    }
    return number;
  }
}

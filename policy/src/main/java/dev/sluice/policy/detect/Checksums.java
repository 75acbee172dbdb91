package dev.sluice.policy.detect;

/** Whether the check digits of a number are right. */
final class Checksums {
  private Checksums() {}

  /** Of cards: from the right, every second digit counts twice. */
  static boolean luhn(byte[] digits, int count) {
    int sum = 0;
    for (int index = 0; index < count; index++) {
      int digit = digits[count - 1 - index];
      if (index % 2 == 1) {
        digit *= 2;
      }
      sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
  }

  /** Of the German tax identification number: ISO 7064, modulo 11 and 10. */
  static boolean germanTax(byte[] digits, int from) {
    int product = 10;
    for (int index = 0; index < 10; index++) {
      int sum = (digits[from + index] + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (11 - product) % 10 == digits[from + 10];
  }

  /** Of the Brazilian CPF: two digits, each modulo 11. */
  static boolean cpf(byte[] digits, int from) {
    boolean same = true;
    for (int index = 1; index < 11; index++) {
      same &= digits[from + index] == digits[from];
    }
    return !same && cpfDigit(digits, from, 9) && cpfDigit(digits, from, 10);
  }

  private static boolean cpfDigit(byte[] digits, int from, int before) {
    int sum = 0;
    for (int index = 0; index < before; index++) {
      sum += digits[from + index] * (before + 1 - index);
    }
    int rest = sum * 10 % 11;
    return (rest == 10 ? 0 : rest) == digits[from + before];
  }

  /** Of the French NIR: the last two of fifteen digits are 97 less the rest modulo 97. */
  static boolean nir(byte[] digits) {
    long number = 0;
    for (int index = 0; index < 13; index++) {
      number = 10 * number + digits[index];
    }
    return 97 - number % 97 == 10 * digits[13] + digits[14];
  }
}

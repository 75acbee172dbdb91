package dev.sluice.policy.detect;

/** Finds international bank account numbers, in a row or in groups of four. */
final class Ibans {
  /** Countries and how many characters theirs have. */
  private static final String LENGTHS =
      "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24"
          + "FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28"
          + "LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25"
          + "QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

  private static final int[] BY_COUNTRY = new int[26 * 26];

  static {
    for (int at = 0; at < LENGTHS.length(); at += 4) {
      BY_COUNTRY[26 * (LENGTHS.charAt(at) - 'A') + LENGTHS.charAt(at + 1) - 'A'] =
          10 * (LENGTHS.charAt(at + 2) - '0') + LENGTHS.charAt(at + 3) - '0';
    }
  }

  private Ibans() {}

  /** Looks at a digit that comes after two letters. */
  static void find(byte[] bytes, int from, int at, int to, Found found) {
    int start = at - 2;
    if (start < from
        || !Bytes.isLetter(bytes[start])
        || !Bytes.isLetter(bytes[start + 1])
        || !Bytes.begins(bytes, from, start)) {
      return;
    }
    int length = BY_COUNTRY[26 * letter(bytes[start]) + letter(bytes[start + 1])];
    if (length == 0) {
      return;
    }
    int count = 0;
    int rest = 0;
    int position = start + 4;
    if (position > to || !Bytes.isDigit(bytes[start + 3])) {
      return;
    }
    while (count < length - 4) {
      int separator = Digits.separatorEnd(bytes, position, to);
      if (separator > position && separator - position <= 3 && count % 4 == 0) {
        position = separator;
      }
      if (position >= to || !Bytes.isAlphanumeric(bytes[position])) {
        return;
      }
      rest = with(rest, bytes[position]);
      position++;
      count++;
    }
    for (int index = 0; index < 4; index++) {
      rest = with(rest, bytes[start + index]);
    }
    if (rest == 1 && Bytes.ends(bytes, position, to)) {
      found.add(Kind.Iban, start, position);
    }
  }

  private static int letter(byte value) {
    return (value | 0x20) - 'a';
  }

  private static int with(int rest, byte character) {
    int value = Bytes.value(character);
    return (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
}

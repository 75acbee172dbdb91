package dev.sluice.policy.detect;

/** Finds addresses of the Internet Protocol. */
final class Addresses {
  private Addresses() {}

  /** Looks at digits, of which the first begins where no word goes on: four numbers up to 255. */
  static void findFour(byte[] bytes, int from, int at, int to, Found found) {
    if (at - 2 >= from && bytes[at - 1] == '.' && Bytes.isAlphanumeric(bytes[at - 2])) {
      return;
    }
    int end = fourEnd(bytes, at, to);
    if (end > at) {
      found.add(Kind.IpAddress, at, end);
    }
  }

  private static int fourEnd(byte[] bytes, int at, int to) {
    int position = at;
    for (int part = 0; part < 4; part++) {
      if (part > 0) {
        if (position >= to || bytes[position] != '.') {
          return at;
        }
        position++;
      }
      int start = position;
      int number = 0;
      while (position < to && position - start < 3 && Bytes.isDigit(bytes[position])) {
        number = 10 * number + bytes[position] - '0';
        position++;
      }
      if (position == start || number > 255 || (bytes[start] == '0' && position - start > 1)) {
        return at;
      }
    }
    boolean goesOn =
        !Bytes.ends(bytes, position, to)
            || (position + 1 < to && bytes[position] == '.' && Bytes.isDigit(bytes[position + 1]));
    return goesOn ? at : position;
  }

  /**
   * Looks at the first colon of some: up to eight groups of hexadecimal digits. Of short forms,
   * which code has as well ({@code a::b}), one group has three digits or more, or it is {@code
   * ::1}.
   *
   * @return where to go on
   */
  static int findSix(byte[] bytes, int from, int colon, int to, Found found) {
    int start = colon;
    while (start > from && colon - start < 5 && Bytes.isHexadecimal(bytes[start - 1])) {
      start--;
    }
    int position = start;
    int groups = 0;
    int longest = 0;
    boolean shortened = false;
    boolean four = false;
    boolean broken = colon - start > 4 || !Bytes.begins(bytes, from, start);
    while (position < to && !broken) {
      if (bytes[position] == ':') {
        boolean twice = position + 1 < to && bytes[position + 1] == ':';
        if (twice) {
          broken = shortened;
          shortened = true;
          position += 2;
        } else if (groups == 0) {
          broken = true;
        } else if (position + 1 < to && Bytes.isHexadecimal(bytes[position + 1])) {
          position++;
        } else {
          break;
        }
        continue;
      }
      int group = position;
      while (position < to && position - group < 5 && Bytes.isHexadecimal(bytes[position])) {
        position++;
      }
      if (position == group) {
        break;
      }
      if (position < to && bytes[position] == '.' && groups > 0) {
        int end = fourEnd(bytes, group, to);
        if (end > group) {
          position = end;
          groups += 2;
          four = true;
        } else {
          groups++;
        }
        break;
      }
      broken = position - group > 4 || groups == 8;
      longest = Math.max(longest, position - group);
      groups++;
    }
    boolean whole = groups == 8 && !shortened;
    boolean one = start == colon && groups == 1 && position == start + 3 && bytes[start + 2] == '1';
    boolean some = shortened && groups >= 2 && groups < 8 && (longest >= 3 || four);
    boolean network =
        shortened && groups >= 1 && longest == 4 && position >= 2 && bytes[position - 1] == ':';
    if (!broken && (whole || some || one || network) && Bytes.ends(bytes, position, to)) {
      found.add(Kind.IpAddress, start, position);
      return position;
    }
    int next = colon;
    while (next < to && bytes[next] == ':') {
      next++;
    }
    return next;
  }
}

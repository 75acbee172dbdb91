package dev.sluice.policy.detect;

/**
 * Finds addresses of electronic mail around an {@code @}, or around {@code %40}, as URLs have it.
 * Letters beyond ASCII belong to one where they are of the alphabets that UTF-8 writes with two
 * bytes; those of languages that are written without spaces would take whole sentences into it.
 */
final class Emails {
  private static final String IMAGES = "png jpg jpeg gif webp svg avif";

  private Emails() {}

  /**
   * Looks at one sign.
   *
   * @param before where the one before ended, which its name does not reach beyond
   * @param at where the sign begins
   * @param after where it ends
   */
  static void find(byte[] bytes, int before, int at, int after, int to, Found found) {
    int start = nameStart(bytes, before, at);
    if (start == at) {
      return;
    }
    int end = domainEnd(bytes, after, to);
    if (end > after && !isScaledImage(bytes, after, end)) {
      found.add(Kind.Email, start, end);
    }
  }

  private static int nameStart(byte[] bytes, int from, int at) {
    int start = at;
    while (start > from) {
      byte previous = bytes[start - 1];
      if (isOfName(previous)) {
        start--;
      } else if (isContinuation(previous) && start - 2 >= from && isLead(bytes[start - 2])) {
        start -= 2;
      } else {
        break;
      }
    }
    // Signs before it are rather of the text around it.
    while (start < at && bytes[start] >= 0 && !Bytes.isAlphanumeric(bytes[start])) {
      if (bytes[start] == '_' || bytes[start] == '+') {
        break;
      }
      start++;
    }
    return start;
  }

  private static boolean isOfName(byte value) {
    return Bytes.isAlphanumeric(value)
        || switch (value) {
          case '.', '_', '%', '+', '-', '\'', '&', '#', '!', '~', '$', '^' -> true;
          default -> false;
        };
  }

  /** The end of the longest name of a host with a top-level domain; the start: there is none. */
  private static int domainEnd(byte[] bytes, int start, int to) {
    int end = start;
    int label = start;
    int position = start;
    while (position <= to) {
      int next = position < to ? letterEnd(bytes, position, to) : position;
      if (next > position) {
        position = next;
        continue;
      }
      int last = position;
      while (last > label && bytes[last - 1] == '-') {
        last--;
      }
      if (last == label) {
        break;
      }
      if (label > start && isTopLevel(bytes, label, last)) {
        end = last;
      }
      if (last < position || position >= to || bytes[position] != '.') {
        break;
      }
      position++;
      label = position;
    }
    return end;
  }

  private static int letterEnd(byte[] bytes, int at, int to) {
    byte value = bytes[at];
    if (Bytes.isAlphanumeric(value) || value == '-' || value == '_') {
      return at + 1;
    }
    return isLead(value) && at + 1 < to && isContinuation(bytes[at + 1]) ? at + 2 : at;
  }

  private static boolean isTopLevel(byte[] bytes, int from, int end) {
    return end - from >= 2 && !Bytes.isDigit(bytes[from]) && bytes[from] != '_';
  }

  /** Whether it is the name of a file for screens of a higher density, as {@code icon@2x.png}. */
  private static boolean isScaledImage(byte[] bytes, int from, int end) {
    if (end - from < 6 || bytes[from + 1] != 'x' || bytes[from + 2] != '.') {
      return false;
    }
    StringBuilder extension = new StringBuilder();
    for (int index = from + 3; index < end; index++) {
      extension.append((char) bytes[index]);
    }
    return Bytes.isDigit(bytes[from])
        && extension.length() >= 3
        && IMAGES.contains(extension.toString());
  }

  private static boolean isLead(byte value) {
    return (value & 0xff) >= 0xc2 && (value & 0xff) <= 0xdf;
  }

  private static boolean isContinuation(byte value) {
    return (value & 0xc0) == 0x80;
  }
}

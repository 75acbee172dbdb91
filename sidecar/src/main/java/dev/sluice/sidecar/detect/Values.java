package dev.sluice.sidecar.detect;

import dev.sluice.policy.detect.ClientEncoding;
import dev.sluice.policy.detect.Inspection.Form;
import dev.sluice.sidecar.postgres.Int32;
import org.jspecify.annotations.Nullable;

/**
 * Finds the texts within a value. In text format that is all of it. In binary format, arrays, rows
 * and hstores have lengths among their texts, which are to stay what they are. For one thread.
 */
final class Values {
  private static final int MOST_DIMENSIONS = 6;

  /** What has no such bytes is a text. */
  private static final int FIRST_PRINTED = 9;

  private static final int MOST_LEVELS = 8;

  private final Tally tally;
  private ClientEncoding encoding = ClientEncoding.UTF8;
  private boolean refusing;

  Values(Tally tally) {
    this.tally = tally;
  }

  /** What comes next is in an encoding, and of a statement that can be refused, or not. */
  void expect(ClientEncoding next, boolean canBeRefused) {
    encoding = next;
    refusing = canBeRefused;
  }

  /** Looks at a value in text format. */
  @Nullable Found text(Sieve sieve, int type, byte[] bytes, int from, int to) {
    return sieve.look(
        bytes,
        from,
        to,
        to,
        Types.mayBeNumber(type) ? Form.ANY : Form.TEXT,
        encoding,
        refusing,
        tally);
  }

  /** Looks at a part of a long value: at what begins before a place. */
  @Nullable Found part(Sieve sieve, byte[] bytes, int from, int to, int until, Form form) {
    return sieve.look(bytes, from, to, until, form, encoding, refusing, tally);
  }

  /** Looks at a value in binary format, or of which it is not known. */
  @Nullable Found binary(Sieve sieve, int type, byte[] bytes, int from, int to) {
    return binary(sieve, type, bytes, from, to, 0);
  }

  private @Nullable Found binary(Sieve sieve, int type, byte[] bytes, int from, int to, int level) {
    if (isText(bytes, from, to)) {
      return text(sieve, type, bytes, from, to);
    }
    if (level < MOST_LEVELS) {
      if (isJsonb(type, bytes, from, to)) {
        return text(sieve, type, bytes, from + 1, to);
      }
      if (isArray(bytes, from, to)) {
        return array(sieve, bytes, from, to, level);
      }
      if (isRow(bytes, from, to)) {
        return row(sieve, bytes, from, to, level);
      }
      if (isPairs(bytes, from, to)) {
        return pairs(sieve, bytes, from, to);
      }
    }
    return runs(sieve, bytes, from, to);
  }

  private static boolean isText(byte[] bytes, int from, int to) {
    for (int index = from; index < to; index++) {
      if (bytes[index] >= 0 && bytes[index] < FIRST_PRINTED) {
        return false;
      }
    }
    return true;
  }

  /** The version and the text. */
  private static boolean isJsonb(int type, byte[] bytes, int from, int to) {
    return (type == Types.JSONB || Types.mayBeNumber(type))
        && to > from
        && bytes[from] == 1
        && isText(bytes, from + 1, to);
  }

  private static boolean isArray(byte[] bytes, int from, int to) {
    if (to - from < 12) {
      return false;
    }
    int dimensions = Int32.read(bytes, from);
    int flags = Int32.read(bytes, from + 4);
    if (dimensions < 1
        || dimensions > MOST_DIMENSIONS
        || (flags != 0 && flags != 1)
        || to - from < 12 + 8 * dimensions) {
      return false;
    }
    return endOfValues(bytes, elements(bytes, from), to, 0) == to;
  }

  private static int elements(byte[] bytes, int from) {
    return from + 12 + 8 * Int32.read(bytes, from);
  }

  /** Where values end, each with its length and a head of some bytes before that; -1: nowhere. */
  private static int endOfValues(byte[] bytes, int from, int to, int head) {
    int position = from;
    while (position < to) {
      if (to - position < head + 4) {
        return -1;
      }
      int length = Int32.read(bytes, position + head);
      position += head + 4;
      if (length < -1 || length > to - position) {
        return -1;
      }
      position += Math.max(0, length);
    }
    return position;
  }

  private @Nullable Found array(Sieve sieve, byte[] bytes, int from, int to, int level) {
    int type = Int32.read(bytes, from + 8);
    return Types.haveTexts(type)
        ? each(sieve, type, bytes, elements(bytes, from), to, level)
        : null;
  }

  private @Nullable Found each(Sieve sieve, int type, byte[] bytes, int from, int to, int level) {
    int position = from;
    while (position < to) {
      int length = Int32.read(bytes, position);
      position += 4;
      if (length > 0) {
        Found found = binary(sieve, type, bytes, position, position + length, level + 1);
        if (found != null) {
          return found;
        }
        position += length;
      }
    }
    return null;
  }

  /** Columns with type and length. */
  private static boolean isRow(byte[] bytes, int from, int to) {
    return to - from >= 12
        && Int32.read(bytes, from) > 0
        && endOfValues(bytes, from + 4, to, 4) == to
        && countOfValues(bytes, from + 4, to, 4) == Int32.read(bytes, from);
  }

  private static int countOfValues(byte[] bytes, int from, int to, int head) {
    int count = 0;
    int position = from;
    while (position < to) {
      position += head + 4 + Math.max(0, Int32.read(bytes, position + head));
      count++;
    }
    return count;
  }

  private @Nullable Found row(Sieve sieve, byte[] bytes, int from, int to, int level) {
    int position = from + 4;
    while (position < to) {
      int type = Int32.read(bytes, position);
      int length = Int32.read(bytes, position + 4);
      position += 8;
      if (length > 0) {
        if (Types.haveTexts(type)) {
          Found found = binary(sieve, type, bytes, position, position + length, level + 1);
          if (found != null) {
            return found;
          }
        }
        position += length;
      }
    }
    return null;
  }

  /** An hstore: how many pairs, and of each two texts with their lengths. */
  private static boolean isPairs(byte[] bytes, int from, int to) {
    return to - from >= 12
        && Int32.read(bytes, from) > 0
        && endOfValues(bytes, from + 4, to, 0) == to
        && countOfValues(bytes, from + 4, to, 0) == 2 * Int32.read(bytes, from);
  }

  private @Nullable Found pairs(Sieve sieve, byte[] bytes, int from, int to) {
    return each(sieve, Types.UNKNOWN, bytes, from + 4, to, MOST_LEVELS);
  }

  /** Of what nobody knows the form: whatever in it could be texts. */
  private @Nullable Found runs(Sieve sieve, byte[] bytes, int from, int to) {
    int position = from;
    while (position < to) {
      int start = position;
      while (position < to && !(bytes[position] >= 0 && bytes[position] < FIRST_PRINTED)) {
        position++;
      }
      if (position > start) {
        Found found = part(sieve, bytes, start, position, position, Form.TEXT);
        if (found != null) {
          return found;
        }
      }
      position++;
    }
    return null;
  }
}

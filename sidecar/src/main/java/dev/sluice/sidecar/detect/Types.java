package dev.sluice.sidecar.detect;

import java.util.Set;

/** Which types of PostgreSQL have texts, by the numbers that all servers have for them. */
final class Types {
  static final int UNKNOWN = 0;
  static final int JSON = 114;
  static final int JSONB = 3802;

  /** From here on the numbers are those of what somebody has made. */
  private static final int FIRST_MADE = 16384;

  private static final Set<Integer> TEXTS =
      Set.of(
          18, 19, 25, 1042, 1043, // "char", name, text, character, character varying
          JSON, JSONB, 142, 705, 2275, 1790, 4072, // xml, unknown, cstring, refcursor, jsonpath
          3614, 3615, // tsvector, tsquery
          2249, 2287, 2277, // records, arrays of them, arrays of anything
          1002, 1003, 1009, 1014, 1015, 1263, 2201, // arrays of the texts above
          199, 3807, 143, 4073, 3643, 3645);

  private Types() {}

  /** Whether values of a type are looked at: all but those that are surely no texts. */
  static boolean haveTexts(int type) {
    return type == UNKNOWN
        || Integer.compareUnsigned(type, FIRST_MADE) >= 0
        || TEXTS.contains(type);
  }

  /** Whether a number may stand where a value stands. */
  static boolean mayBeNumber(int type) {
    return type == UNKNOWN || type == JSON || type == JSONB;
  }
}

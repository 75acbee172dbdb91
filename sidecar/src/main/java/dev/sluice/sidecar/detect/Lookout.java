package dev.sluice.sidecar.detect;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.detect.ClientEncoding;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.ProtocolException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the messages of a session's server. What is taken out of a value is replaced where it
 * stands, with as many bytes. For one thread.
 */
public final class Lookout {
  private final Tally tally = new Tally();
  private final Values values = new Values(tally);
  private final CopyRows copy;
  private final Watch watch;
  private final Origins origins;
  private final Map<List<Bundle.Detection>, Sieve> sieves = new HashMap<>();
  private final Sieve unknown;

  /**
   * One that looks for what a bundle has looked for.
   *
   * @param before what looked at the session until now; null: nothing did
   */
  public Lookout(Watch watch, Origins origins, @Nullable Lookout before) {
    this.watch = watch;
    this.origins = origins;
    this.unknown = sieve(watch.all());
    this.copy = new CopyRows(this, before == null ? null : before.copy);
  }

  /** Whether it looks for that, and knows the same tables. */
  public boolean isFor(Watch other, Origins known) {
    return watch == other && origins == known;
  }

  /** What comes next is in an encoding, and of a statement that can be refused, or not. */
  public void expect(ClientEncoding encoding, boolean refusing) {
    values.expect(encoding, refusing);
  }

  /** What was found. */
  public Tally tally() {
    return tally;
  }

  /** The rows of a COPY. */
  public CopyRows copy() {
    return copy;
  }

  private Sieve sieve(List<Bundle.Detection> detections) {
    return sieves.computeIfAbsent(detections, Sieve::new);
  }

  /** Whether it looks at messages of a type. */
  public static boolean looksAt(byte type) {
    return switch (type) {
      case Backend.DATA_ROW,
          Backend.COPY_DATA,
          Backend.ROW_DESCRIPTION,
          Backend.COPY_OUT_RESPONSE,
          Backend.ERROR_RESPONSE,
          Backend.NOTICE_RESPONSE,
          Backend.NOTIFICATION_RESPONSE,
          Backend.FUNCTION_CALL_RESPONSE ->
          true;
      default -> false;
    };
  }

  /**
   * Reads a description of rows.
   *
   * @param bytes an array with the content of the message
   * @param from where it begins
   * @param to where it ends
   */
  public Columns columns(byte[] bytes, int from, int to) throws ProtocolException {
    return Columns.read(bytes, from, to);
  }

  /** What is done with the values of each column of a result; null for a column: nothing. */
  private @Nullable Sieve @Nullable [] sieves(@Nullable Columns columns) {
    if (columns == null) {
      return null;
    }
    @Nullable Sieve @Nullable [] known = columns.sieves;
    if (known == null || columns.watch != watch || columns.origins != origins) {
      known = new Sieve[columns.types.length];
      for (int index = 0; index < known.length; index++) {
        if (Types.haveTexts(columns.types[index])) {
          String origin = origins.column(columns.tables[index], columns.attributes[index]);
          List<Bundle.Detection> detections = origin == null ? watch.all() : watch.of(origin);
          known[index] = detections.isEmpty() ? null : sieve(detections);
        }
      }
      columns.sieves = known;
      columns.watch = watch;
      columns.origins = origins;
    }
    return known;
  }

  /**
   * Looks at a row.
   *
   * @param columns its columns; null: it is not known which
   * @param formats their formats as they were asked for; null: as the columns have them
   * @param bytes an array with the content of the message, which is changed
   * @param from where it begins
   * @param to where it ends
   * @return null: it may be sent
   * @throws ProtocolException where it is no row
   */
  public @Nullable Found row(
      @Nullable Columns columns, int @Nullable [] formats, byte[] bytes, int from, int to)
      throws ProtocolException {
    @Nullable Sieve @Nullable [] known = sieves(columns);
    int count = to - from < 2 ? -1 : Columns.int16(bytes, from);
    if (known != null && known.length != count) {
      known = null;
    }
    int position = from + 2;
    for (int index = 0; index < count; index++) {
      int length = to - position < 4 ? Integer.MAX_VALUE : Int32.read(bytes, position);
      position += 4;
      if (length > to - position) {
        throw new ProtocolException("a row that ends within a value");
      }
      Sieve sieve = known == null ? unknown : known[index];
      if (length > 0 && sieve != null) {
        int type = known == null || columns == null ? Types.UNKNOWN : columns.types[index];
        boolean text = known != null && format(columns, formats, index) == 0;
        int end = position + length;
        Found found =
            text
                ? values.text(sieve, type, bytes, position, end)
                : values.binary(sieve, type, bytes, position, end);
        if (found != null) {
          return found;
        }
      }
      position += Math.max(0, length);
    }
    if (position != to) {
      throw new ProtocolException("a row that does not end with its last value");
    }
    return null;
  }

  private static int format(@Nullable Columns columns, int @Nullable [] formats, int index) {
    if (formats == null) {
      return columns == null ? -1 : columns.formats[index];
    }
    return switch (formats.length) {
      case 0 -> 0;
      case 1 -> formats[0];
      default -> index < formats.length ? formats[index] : -1;
    };
  }

  /** Looks at a value of which nothing is known. */
  @Nullable Found unknown(byte[] bytes, int from, int to) {
    return values.binary(unknown, Types.UNKNOWN, bytes, from, to);
  }

  /**
   * Looks at a message that is no row: an error, a notice, a notification, the result of a
   * function.
   *
   * @param type its type
   * @param bytes an array with its content, which is changed
   * @param from where it begins
   * @param to where it ends
   */
  public void message(byte type, byte[] bytes, int from, int to) {
    switch (type) {
      case Backend.ERROR_RESPONSE, Backend.NOTICE_RESPONSE -> fields(bytes, from, to);
      case Backend.NOTIFICATION_RESPONSE -> {
        int payload = zero(bytes, Math.min(from + 4, to), to) + 1;
        text(bytes, Math.min(payload, to), zero(bytes, Math.min(payload, to), to));
      }
      case Backend.FUNCTION_CALL_RESPONSE -> unknown(bytes, Math.min(from + 4, to), to);
      default -> throw new IllegalArgumentException("nothing to look at in a message " + type);
    }
  }

  private void fields(byte[] bytes, int from, int to) {
    int position = from;
    while (position < to && bytes[position] != 0) {
      byte field = bytes[position];
      int end = zero(bytes, position + 1, to);
      switch (field) {
        case 'M', 'D', 'H', 'W', 'q' -> text(bytes, position + 1, end);
        default -> {
          // Codes, places and names.
        }
      }
      position = end + 1;
    }
  }

  private static int zero(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != 0) {
      end++;
    }
    return end;
  }

  private void text(byte[] bytes, int from, int to) {
    values.text(unknown, Types.UNKNOWN, bytes, from, to);
  }

  /** Whether a row of these columns may be refused. */
  private boolean refuses(@Nullable Sieve @Nullable [] known) {
    if (known == null) {
      return unknown.refuses();
    }
    for (Sieve sieve : known) {
      if (sieve != null && sieve.refuses()) {
        return true;
      }
    }
    return false;
  }

  /**
   * That a row or a message is too large to be held, and refused for that.
   *
   * @return null: it is looked at in parts
   */
  public @Nullable Found tooLarge(byte type, @Nullable Columns columns, String reason) {
    @Nullable Sieve @Nullable [] known = type == Backend.DATA_ROW ? sieves(columns) : null;
    if (!watch.refuses() || !refuses(known)) {
      return null;
    }
    if (known != null) {
      for (Sieve sieve : known) {
        if (sieve != null && sieve.refuses()) {
          return sieve.tooLarge(reason);
        }
      }
    }
    return unknown.tooLarge(reason);
  }

  /** Looks at a message in parts, as it comes. */
  public Parts parts(byte type, @Nullable Columns columns, int total) {
    @Nullable Sieve @Nullable [] known = type == Backend.DATA_ROW ? sieves(columns) : null;
    return new Parts(values, type == Backend.DATA_ROW, known, unknown, total);
  }
}

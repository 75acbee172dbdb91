package dev.sluice.policy.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Looks into values for what a {@link Detector} finds, and takes it out of them.
 *
 * <p>A value that has backslashes is looked at as it stands and as it reads without them, as often
 * as there are some left: it may be JSON, or JSON in an array, or that in a line of COPY, and
 * nobody has to tell which.
 *
 * <p>What is taken out keeps its length in bytes, so that messages need no other lengths, and the
 * value its syntax: asterisks stand in its place, and where it is a number of a JSON document, a
 * one and zeros. One is for one thread.
 */
public final class Inspection {
  /** JSON in an array in a line of COPY, and once more. */
  private static final int MOST_LEVELS = 4;

  /** Taking something out may bring forth something else, but not for long. */
  private static final int MOST_ROUNDS = 8;

  /** What is kept between values. */
  private static final int KEPT = 16 * 1024;

  private static final Comparator<Span> ORDER =
      Comparator.comparing(Span::kind).thenComparingInt(Span::start);

  /** What a value is. */
  public enum Form {
    /** A text. */
    TEXT,
    /** JSON, or nobody knows: where it is a number as a whole, it stays one. */
    ANY,
    /** A part of a document of JSON. */
    PART
  }

  private final Detector detector;
  private Unescaped text = new Unescaped();
  private Unescaped next = new Unescaped();

  /** One that looks for some kinds. */
  public Inspection(Set<Kind> kinds) {
    detector = new Detector(kinds);
  }

  /**
   * Looks into a value.
   *
   * @param bytes an array with the value
   * @param from where it begins
   * @param to where it ends
   * @return what was found; of one kind nothing overlaps
   */
  public List<Span> find(byte[] bytes, int from, int to) {
    boolean found = detector.find(bytes, from, to);
    if (!detector.hasEscapes()) {
      return found ? detector.spans() : List.of();
    }
    List<Span> spans = new ArrayList<>();
    for (Span span : detector.spans()) {
      spans.add(reaching(bytes, from, span.start(), span.end(), span.kind()));
    }
    text.read(bytes, from, to);
    for (int level = 1; level <= MOST_LEVELS; level++) {
      if (detector.find(text.bytes(), 0, text.length())) {
        for (Span span : detector.spans()) {
          int start = text.place(span.start());
          spans.add(reaching(bytes, from, start, text.place(span.end()), span.kind()));
        }
      }
      if (!detector.hasEscapes() || level == MOST_LEVELS) {
        break;
      }
      next.read(text);
      Unescaped read = next;
      next = text;
      text = read;
    }
    text.forget(KEPT);
    next.forget(KEPT);
    return merged(spans);
  }

  /**
   * The backslashes before it are taken with it: with something else behind them they would not be
   * what they are.
   */
  private static Span reaching(byte[] bytes, int from, int start, int end, Kind kind) {
    int reached = start;
    while (reached > from && bytes[reached - 1] == '\\') {
      reached--;
    }
    return new Span(reached, end, kind);
  }

  private static List<Span> merged(List<Span> spans) {
    if (spans.size() < 2) {
      return spans;
    }
    spans.sort(ORDER);
    List<Span> merged = new ArrayList<>(spans.size());
    Span last = spans.getFirst();
    for (Span span : spans.subList(1, spans.size())) {
      if (span.kind() == last.kind() && span.start() < last.end()) {
        last = new Span(last.start(), Math.max(last.end(), span.end()), last.kind());
      } else {
        merged.add(last);
        last = span;
      }
    }
    merged.add(last);
    return merged;
  }

  /**
   * Takes out of a value what is found in it.
   *
   * @param bytes an array with the value, which is changed
   * @param from where it begins
   * @param to where it ends
   * @param form what it is, as far as it is known
   * @return what was found
   */
  public List<Span> redact(byte[] bytes, int from, int to, Form form) {
    return redact(bytes, from, to, to, form);
  }

  /**
   * Looks into a part of a value.
   *
   * @param until only what begins before is meant: the rest is looked at once more, with more
   *     behind
   * @return what was found
   */
  public List<Span> find(byte[] bytes, int from, int to, int until) {
    List<Span> spans = find(bytes, from, to);
    return until == to || spans.isEmpty()
        ? spans
        : spans.stream().filter(span -> span.start() < until).toList();
  }

  /**
   * Takes out of a part of a value what is found in it.
   *
   * @param until only what begins before is meant: the rest is looked at once more, with more
   *     behind
   * @return what was found
   */
  public List<Span> redact(byte[] bytes, int from, int to, int until, Form form) {
    List<Span> first = find(bytes, from, to, until);
    if (first.isEmpty()) {
      return first;
    }
    List<Span> all = new ArrayList<>(first);
    List<Span> spans = first;
    for (int round = 1; !spans.isEmpty(); round++) {
      if (round > MOST_ROUNDS) {
        blank(bytes, from, until);
        return all;
      }
      for (Span span : spans) {
        replace(bytes, from, to, span, form);
      }
      spans = find(bytes, from, to, until);
      all.addAll(spans);
    }
    return all;
  }

  private static void replace(byte[] bytes, int from, int to, Span span, Form form) {
    boolean number = isNumber(bytes, from, to, span, form);
    boolean leading = number;
    for (int index = span.start(); index < span.end(); index++) {
      if (!number) {
        bytes[index] = '*';
      } else if (Bytes.isDigit(bytes[index])) {
        bytes[index] = (byte) (leading ? '1' : '0');
        leading = false;
      }
    }
  }

  /** Whether it is a number of a document, rather than of a text. */
  private static boolean isNumber(byte[] bytes, int from, int to, Span span, Form form) {
    for (int index = span.start(); index < span.end(); index++) {
      if (!isOfNumber(bytes[index])) {
        return false;
      }
    }
    int start = span.start();
    while (start > from && isOfNumber(bytes[start - 1])) {
      start--;
    }
    int end = span.end();
    while (end < to && isOfNumber(bytes[end])) {
      end++;
    }
    if (!isWritten(bytes, start, end)) {
      return false;
    }
    while (start > from && isSpace(bytes[start - 1])) {
      start--;
    }
    while (end < to && isSpace(bytes[end])) {
      end++;
    }
    if (start == from && end == to) {
      return form == Form.ANY;
    }
    return start > from
        && end < to
        && isBefore(bytes[start - 1])
        && isAfter(bytes[end])
        && (form == Form.PART
            || (isDocument(bytes, from, to) && !isInString(bytes, from, span.start())));
  }

  /** Whether JSON writes a number so: a sign at most before it, and a point at most within. */
  private static boolean isWritten(byte[] bytes, int start, int end) {
    int points = 0;
    int exponents = 0;
    for (int index = start; index < end; index++) {
      switch (bytes[index]) {
        case '.' -> points++;
        case 'e', 'E' -> exponents++;
        case '-', '+' -> {
          boolean sign = index == start ? bytes[index] == '-' : (bytes[index - 1] | 0x20) == 'e';
          if (!sign) {
            return false;
          }
        }
        default -> {
          // A digit.
        }
      }
    }
    return points <= 1 && exponents <= 1;
  }

  /** Whether a value begins as a document of JSON does; in CSV there is a quote before it. */
  public static boolean isDocument(byte[] bytes, int from, int to) {
    int position = from;
    while (position < to && isSpace(bytes[position])) {
      position++;
    }
    if (position < to && bytes[position] == '"') {
      position++;
    }
    return position < to && (bytes[position] == '{' || bytes[position] == '[');
  }

  /** Not where quotes are escaped or doubled: there the string is a document itself. */
  private static boolean isInString(byte[] bytes, int from, int at) {
    boolean within = false;
    for (int index = from; index < at; index++) {
      if (bytes[index] == '\\') {
        if (index + 1 < at && bytes[index + 1] == '"') {
          return false;
        }
        index++;
      } else if (bytes[index] == '"') {
        if (index + 1 < at && bytes[index + 1] == '"') {
          return false;
        }
        within = !within;
      }
    }
    return within;
  }

  private static boolean isOfNumber(byte value) {
    return Bytes.isDigit(value)
        || switch (value) {
          case '.', '-', '+', 'e', 'E' -> true;
          default -> false;
        };
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || value == '\n' || value == '\r' || value == '\t';
  }

  private static boolean isBefore(byte value) {
    return value == ':' || value == ',' || value == '[' || value == '{';
  }

  private static boolean isAfter(byte value) {
    return value == ',' || value == ']' || value == '}';
  }

  private static void blank(byte[] bytes, int from, int to) {
    for (int index = from; index < to; index++) {
      if (bytes[index] < 0 || Bytes.isAlphanumeric(bytes[index])) {
        bytes[index] = '*';
      }
    }
  }
}

package dev.sluice.policy.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON as {@link CanonicalEvent} tells, written to memory that is used again and again. Each member
 * ends with a comma. A name is given as its bytes, see {@link #name}. For one thread.
 */
final class CanonicalText {
  private static final byte[] DIGITS = ascii("0123456789abcdef");
  private static final byte[] LEAST = ascii(Long.toString(Long.MIN_VALUE));

  private byte[] bytes;
  private int size;
  private long second = Long.MIN_VALUE;

  /** An instant's text up to its second. */
  private byte[] secondText = {};

  CanonicalText(int capacity) {
    bytes = new byte[capacity];
  }

  /** A text of ASCII. */
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A member's name, ready to be written. */
  static byte[] name(String name) {
    return ascii("\"" + name + "\":");
  }

  /** Writes 32 bytes as 64 hexadecimal digits. */
  static void hexadecimal(byte[] hash, byte[] into, int at) {
    int position = at;
    for (byte octet : hash) {
      into[position++] = DIGITS[(octet >> 4) & 15];
      into[position++] = DIGITS[octet & 15];
    }
  }

  /** Writes a UUID as its 36 characters. */
  static void uuid(long high, long low, byte[] into, int at) {
    int position = at;
    for (int digit = 0; digit < 32; digit++) {
      if (digit == 8 || digit == 12 || digit == 16 || digit == 20) {
        into[position++] = '-';
      }
      long half = digit < 16 ? high : low;
      into[position++] = DIGITS[(int) (half >>> (60 - 4 * (digit & 15))) & 15];
    }
  }

  /** The memory; what is in it up to {@link #size} is what was written. */
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** Takes back all that was written after a size. */
  void cut(int end) {
    size = end;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, size);
  }

  /** Writes what is JSON already. */
  void raw(byte[] ascii) {
    reserve(ascii.length);
    System.arraycopy(ascii, 0, bytes, size, ascii.length);
    size += ascii.length;
  }

  void raw(char ascii) {
    reserve(1);
    bytes[size++] = (byte) ascii;
  }

  /** Puts something in the place of the last character. */
  void replaceLast(char ascii) {
    bytes[size - 1] = (byte) ascii;
  }

  /** Puts something in between. */
  void insert(int at, byte[] ascii) {
    reserve(ascii.length);
    System.arraycopy(bytes, at, bytes, at + ascii.length, size - at);
    System.arraycopy(ascii, 0, bytes, at, ascii.length);
    size += ascii.length;
  }

  /** Writes a member, unless there is no value. */
  void member(byte[] name, @Nullable String value) {
    if (value != null) {
      raw(name);
      text(value);
      raw(',');
    }
  }

  /** Writes a member, unless there is no value. */
  void member(byte[] name, @Nullable Long value) {
    if (value != null) {
      member(name, value.longValue());
    }
  }

  void member(byte[] name, long value) {
    raw(name);
    number(value);
    raw(',');
  }

  void member(byte[] name, List<String> values) {
    raw(name);
    raw('[');
    for (int index = 0; index < values.size(); index++) {
      if (index > 0) {
        raw(',');
      }
      text(values.get(index));
    }
    raw(']');
    raw(',');
  }

  /** Writes a member, unless there is no value. */
  void member(byte[] name, @Nullable Map<String, String> values) {
    if (values != null) {
      raw(name);
      raw('{');
      for (Map.Entry<String, String> value : new TreeMap<>(values).entrySet()) {
        text(value.getKey());
        raw(':');
        text(value.getValue());
        raw(',');
      }
      replaceLast('}');
      raw(',');
    }
  }

  /** Writes a member as {@link Instant#toString} does. */
  void member(byte[] name, Instant time) {
    raw(name);
    raw('"');
    if (time.getEpochSecond() != second) {
      String text = Instant.ofEpochSecond(time.getEpochSecond()).toString();
      secondText = ascii(text.substring(0, text.length() - 1));
      second = time.getEpochSecond();
    }
    raw(secondText);
    int nanos = time.getNano();
    if (nanos != 0) {
      boolean millis = nanos % 1_000_000 == 0;
      boolean micros = nanos % 1000 == 0;
      raw('.');
      fraction(
          millis ? nanos / 1_000_000 : micros ? nanos / 1000 : nanos, millis ? 3 : micros ? 6 : 9);
    }
    raw('Z');
    raw('"');
    raw(',');
  }

  private void fraction(int value, int digits) {
    reserve(digits);
    int left = value;
    for (int position = size + digits - 1; position >= size; position--) {
      bytes[position] = DIGITS[left % 10];
      left /= 10;
    }
    size += digits;
  }

  private void number(long value) {
    if (value == Long.MIN_VALUE) {
      raw(LEAST);
      return;
    }
    if (value < 0) {
      raw('-');
    }
    long left = Math.abs(value);
    int digits = 1;
    for (long rest = left / 10; rest > 0; rest /= 10) {
      digits++;
    }
    reserve(digits);
    for (int position = size + digits - 1; position >= size; position--) {
      bytes[position] = DIGITS[(int) (left % 10)];
      left /= 10;
    }
    size += digits;
  }

  private void text(String value) {
    int length = value.length();
    reserve(6 * length + 2);
    bytes[size++] = '"';
    for (int index = 0; index < length; index++) {
      char character = value.charAt(index);
      if (character >= 0x80) {
        index = beyondAscii(value, index);
      } else if (character >= ' ' && character != '"' && character != '\\') {
        bytes[size++] = (byte) character;
      } else {
        escaped(character);
      }
    }
    bytes[size++] = '"';
  }

  private void escaped(char character) {
    if (character == 0) {
      bytes[size++] = (byte) 0xEF;
      bytes[size++] = (byte) 0xBF;
      bytes[size++] = (byte) 0xBD;
      return;
    }
    bytes[size++] = '\\';
    switch (character) {
      case '"', '\\' -> bytes[size++] = (byte) character;
      case '\b' -> bytes[size++] = 'b';
      case '\t' -> bytes[size++] = 't';
      case '\n' -> bytes[size++] = 'n';
      case '\f' -> bytes[size++] = 'f';
      case '\r' -> bytes[size++] = 'r';
      default -> {
        bytes[size++] = 'u';
        bytes[size++] = '0';
        bytes[size++] = '0';
        bytes[size++] = DIGITS[character >> 4];
        bytes[size++] = DIGITS[character & 15];
      }
    }
  }

  /** Writes the character at an index as UTF-8; half a pair becomes a question mark. */
  private int beyondAscii(String value, int index) {
    int point = value.codePointAt(index);
    if (point < 0x800) {
      bytes[size++] = (byte) (0xC0 | (point >> 6));
    } else if (point < 0x10000) {
      if (Character.isSurrogate((char) point)) {
        bytes[size++] = '?';
        return index;
      }
      bytes[size++] = (byte) (0xE0 | (point >> 12));
      bytes[size++] = (byte) (0x80 | ((point >> 6) & 0x3F));
    } else {
      bytes[size++] = (byte) (0xF0 | (point >> 18));
      bytes[size++] = (byte) (0x80 | ((point >> 12) & 0x3F));
      bytes[size++] = (byte) (0x80 | ((point >> 6) & 0x3F));
    }
    bytes[size++] = (byte) (0x80 | (point & 0x3F));
    return point >= 0x10000 ? index + 1 : index;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }
}

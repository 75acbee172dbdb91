package dev.sluice.policy.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON text of an event: members in the order of their names, none that is null, no space,
 * and only the escapes that JSON demands (RFC 8785). The character NUL, which PostgreSQL does not
 * keep, is U+FFFD in it. {@link Event#hash()} is the SHA-256 of this text without the member {@code
 * hash}; since it has the member {@code previousHash}, each hash vouches for all events before it.
 * A member that came later is left out where it is null, so that older events keep their hashes.
 * One instance is for one thread.
 */
public final class CanonicalEvent {
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest digest;
  private byte[] bytes = new byte[2048];
  private int size;

  /** One that is used again and again. */
  public CanonicalEvent() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this Java runtime has no SHA-256", impossible);
    }
  }

  /**
   * The text of an event with its right hash, whatever the event's own says.
   *
   * @param event the event
   * @return the hash and the text
   */
  public Sealed seal(Event event) {
    size = 0;
    int hashAt = write(event);
    digest.update(bytes, 0, size);
    String hash = HexFormat.of().formatHex(digest.digest());
    byte[] member = ("\"hash\":\"" + hash + "\",").getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = new byte[size + member.length];
    System.arraycopy(bytes, 0, sealed, 0, hashAt);
    System.arraycopy(member, 0, sealed, hashAt, member.length);
    System.arraycopy(bytes, hashAt, sealed, hashAt + member.length, size - hashAt);
    return new Sealed(hash, sealed);
  }

  /**
   * Whether an event is as it was when it was sealed.
   *
   * @param event the event
   */
  public boolean isIntact(Event event) {
    return seal(event).hash().equals(event.hash());
  }

  /**
   * A sealed event.
   *
   * @param hash its hash, in hexadecimal digits
   * @param json its text in UTF-8, with the hash
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  public record Sealed(String hash, byte[] json) {}

  private int write(Event event) {
    raw("{");
    member("access", event.access());
    member("application", event.application());
    member("bytes", event.bytes());
    member("chain", event.chain());
    member("code", event.code());
    member("database", event.database());
    member("durationMicros", event.durationMicros());
    member("fingerprint", event.fingerprint());
    int hashAt = size;
    member("id", event.id());
    member("kind", event.kind());
    member("maskedColumns", event.maskedColumns());
    member("namespace", event.namespace());
    member("outcome", event.outcome().name());
    member("pod", event.pod());
    member("podUid", event.podUid());
    member("previousHash", event.previousHash());
    member("purpose", event.purpose());
    member("reason", event.reason());
    member("relations", event.relations());
    member("rows", event.rows());
    member("rule", event.rule());
    member("sequence", event.sequence());
    member("serverProcess", event.serverProcess());
    member("serviceAccount", event.serviceAccount());
    member("session", event.session());
    member("sqlState", event.sqlState());
    member("statement", event.statement());
    member("tags", event.tags());
    member("time", event.time().toString());
    member("traceId", event.traceId());
    member("type", event.type().name());
    bytes[size - 1] = '}';
    return hashAt;
  }

  private void member(String name, @Nullable String value) {
    if (value != null) {
      name(name);
      text(value);
      raw(",");
    }
  }

  private void member(String name, @Nullable Long value) {
    if (value != null) {
      member(name, value.longValue());
    }
  }

  private void member(String name, @Nullable Map<String, String> values) {
    if (values != null) {
      name(name);
      raw("{");
      for (Map.Entry<String, String> value : new TreeMap<>(values).entrySet()) {
        text(value.getKey());
        raw(":");
        text(value.getValue());
        raw(",");
      }
      bytes[size - 1] = '}';
      raw(",");
    }
  }

  private void member(String name, long value) {
    name(name);
    raw(Long.toString(value));
    raw(",");
  }

  private void member(String name, List<String> values) {
    name(name);
    raw("[");
    for (int index = 0; index < values.size(); index++) {
      if (index > 0) {
        raw(",");
      }
      text(values.get(index));
    }
    raw("],");
  }

  private void name(String name) {
    raw("\"");
    raw(name);
    raw("\":");
  }

  private void raw(String ascii) {
    int length = ascii.length();
    reserve(length);
    for (int index = 0; index < length; index++) {
      bytes[size++] = (byte) ascii.charAt(index);
    }
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

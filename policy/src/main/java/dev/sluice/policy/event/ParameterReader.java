package dev.sluice.policy.event;

import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.bundle.EvidencePolicy.BindValues;
import dev.sluice.policy.event.Parameter.Form;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntPredicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a Bind or FunctionCall message (PostgreSQL's protocol 3.0, "Message Formats")
 * and tells as much of them as a policy lets be told. Any thread may use it.
 */
public final class ParameterReader {
  /** Values of which an event tells. */
  static final int MOST = 64;

  /** Bytes of a value that an event has. */
  static final int LONGEST = 256;

  /** Bytes of a hash that an event has. */
  private static final int HASH = 16;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int BINARY = 1;

  private static final Parameter WITHHELD = new Parameter(Form.WITHHELD, null, null);

  private final BindValues policy;
  private final @Nullable Mac mac;

  private ParameterReader(BindValues policy, @Nullable Mac mac) {
    this.policy = policy;
    this.mac = mac;
  }

  /**
   * One that obeys a policy.
   *
   * @param policy how much is told; without a key no hash is
   */
  public static ParameterReader of(EvidencePolicy policy) {
    String key = policy.hashKey();
    if (policy.bindValues() != BindValues.HASH || key == null) {
      return new ParameterReader(policy.bindValues(), null);
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), ALGORITHM));
      return new ParameterReader(policy.bindValues(), mac);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java runtime has HMAC-SHA-256", impossible);
    }
  }

  /** Whether there is anything to be told, so that a message is worth reading. */
  public boolean tells() {
    return policy != BindValues.NONE;
  }

  /**
   * Reads values.
   *
   * @param message holds the message; what is in it is copied
   * @param from index of the number of format codes: of a Bind message after the names of portal
   *     and statement, of a FunctionCall message after the function
   * @param end index after the message's last byte, or after the last one that is there: of a long
   *     message the beginning is enough
   * @param charset the client's encoding
   * @param withheld of which values, from 0, nothing may be told
   * @return a value each, at most {@value #MOST} and one more that tells how many come after; null:
   *     nothing is to be told, there are none, or not even their number is there
   */
  public @Nullable List<Parameter> read(
      byte[] message, int from, int end, Charset charset, IntPredicate withheld) {
    if (!tells()) {
      return null;
    }
    ByteBuffer values = ByteBuffer.wrap(message, from, end - from);
    if (values.remaining() < Short.BYTES) {
      return null;
    }
    int formats = Short.toUnsignedInt(values.getShort());
    int formatsAt = values.position();
    if (values.remaining() < Short.BYTES * (formats + 1)) {
      return null;
    }
    values.position(formatsAt + Short.BYTES * formats);
    int count = Short.toUnsignedInt(values.getShort());
    List<Parameter> parameters = new ArrayList<>(Math.min(count, MOST + 1));
    while (parameters.size() < Math.min(count, MOST) && values.remaining() >= Integer.BYTES) {
      int index = parameters.size();
      int length = values.getInt();
      int there = Math.min(length, values.remaining());
      int format =
          formats == 0
              ? 0
              : values.getShort(formatsAt + Short.BYTES * Math.min(index, formats - 1));
      parameters.add(
          withheld.test(index)
              ? WITHHELD
              : told(message, values.position(), length, there, format == BINARY, charset));
      values.position(values.position() + Math.max(0, there));
    }
    if (count > parameters.size()) {
      parameters.add(new Parameter(Form.MORE, count - parameters.size(), null));
    }
    return parameters.isEmpty() ? null : List.copyOf(parameters);
  }

  /** Tells of a value, of whose bytes some may not be there. */
  private Parameter told(
      byte[] message, int at, int length, int there, boolean binary, Charset charset) {
    if (length < 0) {
      return new Parameter(Form.NULL, null, null);
    }
    return switch (policy) {
      case NONE -> WITHHELD;
      case HASH -> {
        Mac known = mac;
        yield known == null || there < length
            ? WITHHELD
            : new Parameter(Form.HASH, null, hash(known, message, at, length));
      }
      case PLAIN -> {
        int kept = Math.min(there, LONGEST);
        boolean whole = kept == length;
        String value =
            binary
                ? HexFormat.of().formatHex(message, at, at + kept)
                : text(message, at, kept, charset, whole);
        yield new Parameter(binary ? Form.BINARY : Form.TEXT, whole ? null : length, value);
      }
    };
  }

  private static String hash(Mac mac, byte[] message, int at, int length) {
    byte[] hash;
    synchronized (mac) {
      mac.update(message, at, length);
      hash = mac.doFinal();
    }
    return HexFormat.of().formatHex(Arrays.copyOf(hash, HASH));
  }

  /** Without the character that the end cuts through, if it does. */
  private static String text(byte[] message, int at, int length, Charset charset, boolean whole) {
    CharBuffer text = CharBuffer.allocate(length + 1);
    charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .onUnmappableCharacter(CodingErrorAction.REPLACE)
        .decode(ByteBuffer.wrap(message, at, length), text, whole);
    return text.flip().toString();
  }
}

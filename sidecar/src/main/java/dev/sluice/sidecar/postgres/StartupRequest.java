package dev.sluice.sidecar.postgres;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client may send first. */
public sealed interface StartupRequest {

  /**
   * It would like a protected connection.
   *
   * @param tls by TLS, rather than by GSSAPI
   */
  record Encryption(boolean tls) implements StartupRequest {}

  /** It has begun with TLS without asking; its first byte, {@value #TLS_HANDSHAKE}, was read. */
  record Handshake() implements StartupRequest {}

  /**
   * A running statement of another session is to be cancelled.
   *
   * @param key process id and secret of the session
   */
  record Cancel(CancelKey key) implements StartupRequest {}

  /**
   * A session is to be opened.
   *
   * @param minor minor version of protocol 3
   * @param parameters names and values in the order of the message
   */
  record Open(int minor, Map<String, String> parameters) implements StartupRequest {
    /** A copy. */
    public Open {
      parameters = new LinkedHashMap<>(parameters);
    }
  }

  /** The longest start-up message that a server takes, in bytes. */
  int MAXIMUM_LENGTH = 10_000;

  /** The first byte of a TLS handshake, which is that of no length that may be. */
  int TLS_HANDSHAKE = 0x16;

  int PROTOCOL_3 = 3 << 16;

  /** The newest minor version of protocol 3 that is spoken here; there is no 3.1. */
  int NEWEST_MINOR = 2;

  int CANCEL = 80877102;
  int TLS = 80877103;
  int GSS = 80877104;

  /**
   * Reads one.
   *
   * @param in from the client
   * @return the request; null: the client went away without a word, as probes do
   * @throws ProtocolException where it is not one of protocol 3
   */
  static @Nullable StartupRequest read(DataInputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    if (first == TLS_HANDSHAKE) {
      return new Handshake();
    }
    int length = (first << 24) | (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    if (length < 8 || length > MAXIMUM_LENGTH) {
      throw new ProtocolException(
          "a start-up message of %d bytes: this is a port of PostgreSQL's protocol"
              .formatted(Integer.toUnsignedLong(length)));
    }
    byte[] content = new byte[length - 4];
    try {
      in.readFully(content);
    } catch (EOFException _) {
      return null;
    }
    int code = ByteBuffer.wrap(content).getInt();
    return switch (code) {
      case TLS, GSS -> new Encryption(code == TLS);
      case CANCEL -> {
        int secret = content.length - 8;
        if (secret < 1 || secret > CancelKey.MAXIMUM_SECRET) {
          throw new ProtocolException("a cancel request of %d bytes".formatted(length));
        }
        yield new Cancel(
            new CancelKey(
                ByteBuffer.wrap(content).getInt(4),
                Arrays.copyOfRange(content, 8, content.length)));
      }
      default -> {
        if (code >>> 16 != 3) {
          throw new ProtocolException(
              "version %d.%d of the protocol: only 3 is spoken here"
                  .formatted(code >>> 16, code & 0xffff));
        }
        yield new Open(code & 0xffff, parameters(content));
      }
    };
  }

  private static Map<String, String> parameters(byte[] content) throws ProtocolException {
    Map<String, String> parameters = new LinkedHashMap<>();
    int position = 4;
    while (position < content.length && content[position] != 0) {
      int nameEnd = end(content, position);
      int valueEnd = end(content, nameEnd + 1);
      parameters.put(
          new String(content, position, nameEnd - position, StandardCharsets.UTF_8),
          new String(content, nameEnd + 1, valueEnd - nameEnd - 1, StandardCharsets.UTF_8));
      position = valueEnd + 1;
    }
    if (position != content.length - 1) {
      throw new ProtocolException("a start-up message whose parameters do not end where it ends");
    }
    return parameters;
  }

  private static int end(byte[] content, int from) throws ProtocolException {
    for (int position = from; position < content.length; position++) {
      if (content[position] == 0) {
        return position;
      }
    }
    throw new ProtocolException("a start-up message with a parameter that does not end");
  }
}

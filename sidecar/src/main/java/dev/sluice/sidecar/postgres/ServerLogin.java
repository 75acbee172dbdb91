package dev.sluice.sidecar.postgres;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle.Endpoint;
import dev.sluice.policy.control.Credential;
import dev.sluice.sidecar.wire.Wire;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens one session on a connected server: start-up message, authentication, first parameters. */
final class ServerLogin {
  private static final int OK = 0;
  private static final int CLEARTEXT = 3;
  private static final int MD5 = 5;
  private static final int SASL = 10;
  private static final int SASL_CONTINUE = 11;
  private static final int SASL_FINAL = 12;

  private final Wire wire;
  private final Endpoint endpoint;
  private final byte @Nullable [] binding;
  private final boolean plainPassword;
  private final int minor;
  private final ScramKeys keys;
  private final SecureRandom random;
  private final OutputStream out;
  private final MessageReader reader;
  private final MessageBuilder builder = new MessageBuilder(512);
  private @Nullable Scram scram;
  private boolean proved;

  ServerLogin(
      Wire wire,
      Endpoint endpoint,
      byte @Nullable [] binding,
      boolean plainPassword,
      int minor,
      ScramKeys keys,
      SecureRandom random) {
    this.wire = wire;
    this.endpoint = endpoint;
    this.binding = binding;
    this.plainPassword = plainPassword;
    this.minor = minor;
    this.keys = keys;
    this.random = random;
    // Not buffered by itself: nothing may be read here that belongs to the session.
    this.out = wire.out();
    this.reader = new MessageReader(new DataInputStream(wire.in()));
  }

  ServerConnection run(Credential credential, String database, Map<String, String> parameters)
      throws IOException {
    builder.beginUntyped().int32(StartupRequest.PROTOCOL_3 + minor);
    builder.text("user").text(credential.username()).text("database").text(database);
    parameters.forEach((name, value) -> builder.text(name).text(value));
    builder.int8((byte) 0).end();
    send();
    Map<String, String> reported = new LinkedHashMap<>();
    MessageBuilder notices = new MessageBuilder(16);
    CancelKey key = null;
    while (true) {
      MessageReader.Message message = reader.read();
      byte[] content = message.content();
      switch (message.type()) {
        case Backend.AUTHENTICATION -> authenticate(content, credential);
        case Backend.ERROR_RESPONSE ->
            throw refused(ServerMessage.read(content, 0, content.length), credential);
        case Backend.NOTICE_RESPONSE -> notices.begin(Backend.NOTICE_RESPONSE).bytes(content).end();
        case Backend.PARAMETER_STATUS -> {
          List<String> texts = texts(content, 0);
          if (texts.size() >= 2) {
            reported.put(texts.get(0), texts.get(1));
          }
        }
        case Backend.BACKEND_KEY_DATA -> {
          if (content.length < 8 || content.length > 4 + CancelKey.MAXIMUM_SECRET) {
            throw new ProtocolException(
                "the server sent a key to cancel of %d bytes".formatted(content.length));
          }
          key =
              new CancelKey(
                  ByteBuffer.wrap(content).getInt(),
                  Arrays.copyOfRange(content, 4, content.length));
        }
        case Backend.NEGOTIATE_PROTOCOL_VERSION -> negotiate(content);
        case Backend.READY_FOR_QUERY -> {
          return new ServerConnection(wire, endpoint, key, reported, notices.toByteArray());
        }
        default ->
            throw new ProtocolException(
                "the server sent a message of type %d before it was ready"
                    .formatted(message.type()));
      }
    }
  }

  /**
   * An older server says which version it speaks; the versions differ in the key to cancel only.
   */
  private void negotiate(byte[] content) throws ProtocolException {
    int version = content.length < 4 ? 0 : ByteBuffer.wrap(content).getInt();
    if (version < StartupRequest.PROTOCOL_3 || version > StartupRequest.PROTOCOL_3 + minor) {
      throw new ProtocolException(
          "the server offers version %d.%d of the protocol"
              .formatted(version >>> 16, version & 0xffff));
    }
  }

  private void authenticate(byte[] content, Credential credential) throws IOException {
    if (content.length < 4) {
      throw new ProtocolException("a request for authentication without a kind");
    }
    int kind = ByteBuffer.wrap(content).getInt();
    switch (kind) {
      case OK -> {
        if (scram != null && !proved) {
          throw new ProtocolException("the server left SCRAM before it proved itself");
        }
      }
      case CLEARTEXT -> {
        if (!plainPassword) {
          throw unsafe("the password itself, on a connection that does not verify the server");
        }
        password(credential.password());
      }
      case MD5 -> {
        if (content.length != 8) {
          throw new ProtocolException("a request for MD5 without a salt");
        }
        password(md5(credential, new byte[] {content[4], content[5], content[6], content[7]}));
      }
      case SASL -> {
        List<String> mechanisms = texts(content, 4);
        boolean bound = mechanisms.contains(Scram.BOUND);
        if (!mechanisms.contains(Scram.PLAIN) && !(bound && binding != null)) {
          throw unsafe("one of the mechanisms " + mechanisms);
        }
        Scram begun = new Scram(credential.password(), keys, binding, bound, random);
        scram = begun;
        byte[] first = begun.first().getBytes(StandardCharsets.UTF_8);
        builder.begin(Frontend.PASSWORD).text(begun.mechanism()).int32(first.length).bytes(first);
        builder.end();
        send();
      }
      case SASL_CONTINUE -> {
        byte[] answer = begun().answer(text(content, 4)).getBytes(StandardCharsets.UTF_8);
        builder.begin(Frontend.PASSWORD).bytes(answer).end();
        send();
      }
      case SASL_FINAL -> {
        begun().verify(text(content, 4));
        proved = true;
      }
      default -> throw unsafe("a way of authentication of number " + kind);
    }
  }

  private Scram begun() throws ProtocolException {
    if (scram == null) {
      throw new ProtocolException("the server goes on with SCRAM before it began");
    }
    return scram;
  }

  private void password(String text) throws IOException {
    builder.begin(Frontend.PASSWORD).text(text).end();
    send();
  }

  private void send() throws IOException {
    out.write(builder.array(), 0, builder.size());
    builder.clear();
  }

  private GateException unsafe(String what) {
    return new GateException(
        Code.SERVER_LOGIN,
        "08006",
        "the gate does not log in to the database server as it asks",
        "%s:%d asks for %s.".formatted(endpoint.host(), endpoint.port(), what));
  }

  private GateException refused(ServerMessage answer, Credential credential) {
    boolean login = answer.sqlState().startsWith("28");
    if (!login) {
      // Such as too many connections, or a start-up parameter of the client's: the server's words.
      return new GateException(Code.SERVER_LOGIN, answer, null);
    }
    return new GateException(
        Code.SERVER_LOGIN,
        GateException.answer(
            Code.SERVER_LOGIN,
            answer.sqlState(),
            "the database server did not accept the gate's credential",
            "As %s, valid until %s: %s"
                .formatted(credential.username(), credential.validUntil(), answer.message())),
        null);
  }

  /** As PostgreSQL's documentation has it: md5 of (md5 of password and user) and salt. */
  private static String md5(Credential credential, byte[] salt) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(credential.password().getBytes(StandardCharsets.UTF_8));
      String inner =
          HexFormat.of()
              .formatHex(digest.digest(credential.username().getBytes(StandardCharsets.UTF_8)));
      digest.update(inner.getBytes(StandardCharsets.US_ASCII));
      return "md5" + HexFormat.of().formatHex(digest.digest(salt));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this Java runtime has no MD5", impossible);
    }
  }

  private static String text(byte[] content, int offset) {
    return new String(content, offset, content.length - offset, StandardCharsets.UTF_8);
  }

  private static List<String> texts(byte[] content, int offset) {
    List<String> texts = new ArrayList<>();
    int start = offset;
    for (int position = offset; position < content.length; position++) {
      if (content[position] == 0) {
        if (position == start && offset == 4) {
          break;
        }
        texts.add(new String(content, start, position - start, StandardCharsets.UTF_8));
        start = position + 1;
      }
    }
    return texts;
  }
}

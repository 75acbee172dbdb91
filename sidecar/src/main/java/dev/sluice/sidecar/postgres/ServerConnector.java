package dev.sluice.sidecar.postgres;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Endpoint;
import dev.sluice.policy.bundle.Bundle.TlsMode;
import dev.sluice.policy.control.Credential;
import dev.sluice.sidecar.wire.Wire;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Connects to the server of a bundle: to the first of its endpoints that is a primary. */
public final class ServerConnector {
  private final Bundle.Target target;
  private final Duration timeout;
  private final SecureRandom random;
  private final ScramKeys keys = new ScramKeys();

  /** The minor version of protocol 3 to ask for. */
  private final int minor;

  private volatile @Nullable ServerTls tls;
  private volatile @Nullable Endpoint last;

  /**
   * One for a target.
   *
   * @param target the server
   * @param timeout for the connection, and again for the login, at each endpoint
   * @param random for logins
   */
  public ServerConnector(Bundle.Target target, Duration timeout, SecureRandom random) {
    this.target = target;
    this.timeout = timeout;
    this.random = random;
    // Only of servers that have it: what stands before an older one may not know how to decline.
    this.minor = majorVersion(target.serverVersion()) >= 18 ? StartupRequest.NEWEST_MINOR : 0;
  }

  /**
   * Opens a session in the target's database.
   *
   * @param credential how to log in
   * @param parameters further start-up parameters, without user and database
   * @return a session that is ready
   * @throws GateException where none could be opened, with what the client is to read
   */
  public ServerConnection open(Credential credential, Map<String, String> parameters)
      throws GateException {
    return open(credential, target.database(), parameters);
  }

  /**
   * Opens a session.
   *
   * @param credential how to log in
   * @param database the name of the database
   * @param parameters further start-up parameters, without user and database
   * @return a session that is ready
   * @throws GateException where none could be opened, with what the client is to read
   */
  public ServerConnection open(
      Credential credential, String database, Map<String, String> parameters) throws GateException {
    List<String> failures = new ArrayList<>();
    GateException refusal = null;
    for (Endpoint endpoint : candidates()) {
      try {
        ServerConnection connection = open(endpoint, credential, database, parameters);
        if (target.endpoints().size() == 1 || isPrimary(connection)) {
          last = endpoint;
          return connection;
        }
        connection.close();
        failures.add("%s:%d is a standby".formatted(endpoint.host(), endpoint.port()));
      } catch (GateException failure) {
        refusal = failure;
        failures.add("%s:%d: %s".formatted(endpoint.host(), endpoint.port(), failure.getMessage()));
      } catch (SSLException failure) {
        refusal = tlsFailure(endpoint, failure);
        failures.add(refusal.getMessage());
      } catch (ProtocolException failure) {
        refusal = protocolFailure(endpoint, failure);
        failures.add(refusal.getMessage());
      } catch (IOException failure) {
        failures.add("%s:%d: %s".formatted(endpoint.host(), endpoint.port(), text(failure)));
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    throw new GateException(
        Code.SERVER_UNREACHABLE,
        "08001",
        "the database server cannot be reached",
        String.join("; ", failures));
  }

  /**
   * Has the running statement of a session cancelled.
   *
   * @param connection the session
   * @throws IOException where the server could not be asked
   */
  public void cancel(ServerConnection connection) throws IOException {
    CancelKey key = connection.key();
    if (key == null) {
      return;
    }
    try (Wire wire = connect(connection.endpoint())) {
      MessageBuilder request = new MessageBuilder(16);
      key.writeRequest(request);
      wire.out().write(request.array(), 0, request.size());
      // The server closes when it has taken note; only then is a cancel sure to be of this
      // statement.
      InputStream in = wire.in();
      while (in.read() >= 0) {
        // It has nothing to say.
      }
    } catch (GeneralSecurityException failure) {
      throw new IOException("TLS is not to be had", failure);
    }
  }

  private List<Endpoint> candidates() {
    Endpoint first = last;
    if (first == null || target.endpoints().size() == 1) {
      return target.endpoints();
    }
    List<Endpoint> candidates = new ArrayList<>(target.endpoints());
    candidates.remove(first);
    candidates.addFirst(first);
    return candidates;
  }

  private ServerConnection open(
      Endpoint endpoint, Credential credential, String database, Map<String, String> parameters)
      throws IOException {
    Wire wire = null;
    try {
      wire = connect(endpoint);
      ServerTls usedTls = tls;
      SSLSession session = wire.session();
      byte[] binding = session == null ? null : ServerTls.endPoint(session);
      boolean plainPassword = binding != null && usedTls != null && usedTls.verifiesServer();
      ServerConnection connection =
          new ServerLogin(wire, endpoint, binding, plainPassword, minor, keys, random)
              .run(credential, database, parameters);
      wire.readTimeout(0);
      wire = null;
      return connection;
    } catch (GeneralSecurityException failure) {
      throw tlsFailure(endpoint, failure);
    } finally {
      if (wire != null) {
        wire.cut();
      }
    }
  }

  private Wire connect(Endpoint endpoint) throws IOException, GeneralSecurityException {
    int milliseconds = Math.toIntExact(timeout.toMillis());
    Wire wire = new Wire(SocketChannel.open());
    boolean done = false;
    try {
      wire.channel()
          .socket()
          .connect(new InetSocketAddress(endpoint.host(), endpoint.port()), milliseconds);
      wire.connected();
      wire.readTimeout(milliseconds);
      if (target.tls().mode() != TlsMode.DISABLE) {
        if (!target.tls().direct()) {
          askForTls(wire);
        }
        ServerTls used = tls;
        if (used == null) {
          used = new ServerTls(target.tls());
          tls = used;
        }
        used.handshake(wire, endpoint.host(), endpoint.port());
      }
      done = true;
      return wire;
    } finally {
      if (!done) {
        wire.cut();
      }
    }
  }

  /** Reads one byte only: what stood behind it would have been sent by somebody in between. */
  private static void askForTls(Wire wire) throws IOException {
    MessageBuilder request = new MessageBuilder(8);
    request.beginUntyped().int32(StartupRequest.TLS).end();
    wire.out().write(request.array(), 0, request.size());
    int answer = wire.in().read();
    if (answer != 'S') {
      throw new SSLException(
          answer == 'N'
              ? "the server does not offer TLS"
              : "the server did not answer whether it offers TLS");
    }
  }

  private GateException tlsFailure(Endpoint endpoint, Exception failure) {
    return new GateException(
        Code.SERVER_TLS,
        GateException.answer(
            Code.SERVER_TLS,
            "08001",
            "TLS to the database server failed",
            "%s:%d with mode %s: %s"
                .formatted(endpoint.host(), endpoint.port(), target.tls().mode(), text(failure))),
        failure);
  }

  private static GateException protocolFailure(Endpoint endpoint, ProtocolException failure) {
    return new GateException(
        Code.PROTOCOL,
        GateException.answer(
            Code.PROTOCOL,
            "08P01",
            "the database server does not keep to the protocol",
            "%s:%d: %s".formatted(endpoint.host(), endpoint.port(), text(failure))),
        failure);
  }

  private static boolean isPrimary(ServerConnection connection) throws IOException {
    String standby = connection.parameters().get("in_hot_standby");
    if (standby != null) {
      return standby.equals("off");
    }
    // Servers before 14 do not report it.
    MessageBuilder query = new MessageBuilder(64);
    query.begin(Frontend.QUERY).text("SELECT pg_catalog.pg_is_in_recovery()").end();
    connection.wire().out().write(query.array(), 0, query.size());
    MessageReader reader = new MessageReader(new DataInputStream(connection.wire().in()));
    boolean primary = false;
    while (true) {
      MessageReader.Message message = reader.read();
      if (message.type() == Backend.DATA_ROW) {
        byte[] content = message.content();
        primary = content[content.length - 1] == 'f';
      } else if (message.type() == Backend.READY_FOR_QUERY) {
        return primary;
      }
    }
  }

  private static int majorVersion(String version) {
    int end = 0;
    while (end < version.length() && end < 4 && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(version.substring(0, end));
  }

  private static String text(Exception failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}

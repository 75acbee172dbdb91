package dev.sluice.sidecar.session;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.sidecar.detect.Origins;
import dev.sluice.sidecar.detect.Watch;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.CancelKey;
import dev.sluice.sidecar.postgres.CatalogueQuestion;
import dev.sluice.sidecar.postgres.GateException;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ServerConnection;
import dev.sluice.sidecar.postgres.ServerConnector;
import dev.sluice.sidecar.postgres.StartupRequest;
import dev.sluice.sidecar.statement.Terms;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What opens a session: the connection to the server, the key by which the client may cancel, and
 * what the client is told first. For a thread that waits for the server.
 */
final class SessionOpening {
  /** Bytes of the secret of a key to cancel, in protocol 3.0 and from 3.2 on. */
  private static final int SHORT_SECRET = 4;

  private static final int LONG_SECRET = 32;

  private final Session session;
  private final Grant grant;
  private final StartupRequest.Open request;

  /**
   * That of a session.
   *
   * @param request what the client asks for
   */
  SessionOpening(Session session, Grant grant, StartupRequest.Open request) {
    this.session = session;
    this.grant = grant;
    this.request = request;
  }

  /**
   * Connects to the server.
   *
   * @param terms those that the client was taken in by
   * @throws GateException where the session may not be, or cannot
   */
  ServerConnection connect(Terms terms) throws GateException {
    Bundle bundle = terms.bundle();
    if (!terms.inForce()) {
      throw Ending.notInForce(bundle).asException();
    }
    Map<String, String> parameters = StartupParameters.vetted(request.parameters(), bundle);
    String database = StartupParameters.database(request.parameters(), bundle);
    session.names().startWith(StartupParameters.scope(parameters, bundle));
    if (!grant.sessions().enter(session, bundle.sessions().max())) {
      throw Ending.tooMany(bundle).asException();
    }
    Terms now = session.terms();
    if (!now.inForce()) {
      // It ended before it could see this session.
      throw Ending.notInForce(now.bundle()).asException();
    }
    ServerConnector connector = grant.connector();
    Credential credential = grant.credential();
    if (connector == null || credential == null) {
      throw Ending.notReady(grant, "It has no credential for the database yet.").asException();
    }
    ServerConnection connection;
    try {
      connection = connector.open(credential, database, parameters);
    } catch (GateException failure) {
      Credential newer = newer(credential, failure);
      if (newer == null) {
        throw failure;
      }
      connection = connector.open(newer, database, parameters);
    }
    findOrigins(connection, now);
    return connection;
  }

  /**
   * Asks for the numbers of the grant's tables, where it matters from which column a value is.
   * Where they are not told, values are looked at as if they could be of any column.
   */
  private void findOrigins(ServerConnection connection, Terms terms) throws GateException {
    Watch watch = terms.watch();
    Bundle bundle = terms.bundle();
    if (watch == null || !watch.isByColumn() || bundle.relations().isEmpty()) {
      return;
    }
    try {
      grant.found(Origins.of(bundle, CatalogueQuestion.ask(connection, Origins.question(bundle))));
    } catch (IOException failure) {
      connection.close();
      throw Ending.notReady(
              grant, "The database server went away while the session was opened: " + failure)
          .asException();
    }
  }

  /** The credential to try where the server refused one; null: there is none. */
  private @Nullable Credential newer(Credential refused, GateException failure) {
    if (!failure.answer().sqlState().startsWith("28")) {
      return null;
    }
    grant.credentialRefused(refused);
    Credential newer = grant.credential();
    return newer == null || newer.equals(refused) ? null : newer;
  }

  /** Gives the session a key of the gate's own: what the server's is, stays here. */
  CancelKey register(int process) {
    boolean newest = request.minor() >= StartupRequest.NEWEST_MINOR;
    byte[] secret = new byte[newest ? LONG_SECRET : SHORT_SECRET];
    while (true) {
      grant.random().nextBytes(secret);
      CancelKey key = new CancelKey(process, secret);
      if (grant.sessions().register(key, session)) {
        return key;
      }
    }
  }

  /** What the client is told first. */
  MessageBuilder welcome(ServerConnection connection, CancelKey key) {
    MessageBuilder out = new MessageBuilder(1024);
    List<String> unknown =
        request.parameters().keySet().stream().filter(name -> name.startsWith("_pq_.")).toList();
    int minor = Math.min(request.minor(), StartupRequest.NEWEST_MINOR);
    if (request.minor() > minor || !unknown.isEmpty()) {
      out.begin(Backend.NEGOTIATE_PROTOCOL_VERSION).int32(StartupRequest.PROTOCOL_3 + minor);
      out.int32(unknown.size());
      unknown.forEach(out::text);
      out.end();
    }
    out.begin(Backend.AUTHENTICATION).int32(0).end();
    connection
        .parameters()
        .forEach((name, value) -> out.begin(Backend.PARAMETER_STATUS).text(name).text(value).end());
    out.begin(Backend.BACKEND_KEY_DATA).int32(key.process()).bytes(key.secret()).end();
    out.bytes(connection.notices());
    out.begin(Backend.READY_FOR_QUERY).int8((byte) 'I').end();
    return out;
  }
}

package dev.sluice.sidecar.session;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.Event.Outcome;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.CancelKey;
import dev.sluice.sidecar.postgres.GateException;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerConnection;
import dev.sluice.sidecar.postgres.ServerConnector;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.postgres.StartupRequest;
import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.spool.Spool;
import dev.sluice.sidecar.statement.Dialect;
import dev.sluice.sidecar.statement.Terms;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One session, from the client's start-up message to the last event about it. */
public final class Session {
  /**
   * For how long a client whose session has ended is listened to. A connection that is closed while
   * its client writes is reset, and many clients then do not read why it ended.
   */
  private static final int PATIENCE_SECONDS = 30;

  /** Bytes of the secret of a key to cancel, in protocol 3.0 and from 3.2 on. */
  private static final int SHORT_SECRET = 4;

  private static final int LONG_SECRET = 32;

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Grant grant;
  private final Spool spool;
  private final Clock clock;
  private final ThreadFactory threads;
  private final ClientConnection client;
  private final Cancels cancels;
  private final ClientOutput output;
  private final String id = Long.toString(NUMBERS.incrementAndGet());
  private final String markerPrefix;
  private final PreparedStatements prepared = new PreparedStatements();
  private final SessionNames names = new SessionNames();
  private final Pipeline pipeline =
      new Pipeline(
          skipped -> {
            prepared.undo(skipped.changes);
            prepared.undo(skipped.certainChanges);
          });
  private final AtomicLong markers = new AtomicLong();
  private final AtomicBoolean closing = new AtomicBoolean();

  /** Whether something may have taken the session's role away. */
  private final AtomicBoolean identityInDoubt = new AtomicBoolean();

  /** The operation that was cancelled last, by its number; -1: none. */
  private final AtomicLong cancelled = new AtomicLong(-1);

  private volatile @Nullable ServerConnection server;
  private volatile @Nullable Ending ending;
  private volatile Moment endsWhen = Moment.AFTER_TRANSACTION;
  private volatile @Nullable ServerMessage timeout;
  private volatile Dialect dialect = Dialect.USUAL;
  private volatile Draft.Subject subject;
  private volatile Terms terms;
  private volatile @Nullable CancelKey key;
  private volatile long endedAt;
  private volatile long lastActive = System.nanoTime();
  private volatile boolean inTransaction;

  Session(
      Grant grant,
      Terms terms,
      Spool spool,
      Clock clock,
      ThreadFactory threads,
      Cancels cancels,
      ClientConnection client)
      throws IOException {
    this.grant = grant;
    this.terms = terms;
    this.spool = spool;
    this.clock = clock;
    this.threads = threads;
    this.cancels = cancels;
    this.client = client;
    this.output = new ClientOutput(client);
    this.markerPrefix = "sluice_refused_%08x_".formatted(grant.random().nextInt());
    this.subject = subject(0, "");
  }

  /**
   * Opens the session, relays until one of both sides ends, and closes.
   *
   * @param request what the client asks for
   */
  void run(StartupRequest.Open request) throws InterruptedException {
    String application = request.parameters().getOrDefault("application_name", "");
    subject = subject(0, application);
    try (ServerConnection connection = open(request)) {
      server = connection;
      Ending already = ending;
      if (already != null) {
        throw already.asException();
      }
      int process = connection.key() == null ? 0 : connection.key().process();
      subject = subject(process, application);
      connection.parameters().forEach(this::parameter);
      CancelKey shown = register(process, request.minor());
      key = shown;
      event(Event.Type.SESSION_OPENED, Outcome.ALLOWED, null);
      welcome(request, connection, shown);
      relay(connection);
    } catch (GateException refusal) {
      event(
          Event.Type.SESSION_REFUSED, Outcome.DENIED, new Ending(refusal.code(), refusal.answer()));
      output.end(refusal.answer());
    } catch (IOException _) {
      // The client went away before it was served.
    } finally {
      grant.sessions().leave(this, key);
      grant.sessions().forget(this);
    }
  }

  private ServerConnection open(StartupRequest.Open request) throws GateException {
    Terms now = terms;
    Bundle bundle = now.bundle();
    if (!now.inForce()) {
      throw Ending.notInForce(bundle).asException();
    }
    Map<String, String> parameters = StartupParameters.vetted(request.parameters(), bundle);
    String database = StartupParameters.database(request.parameters(), bundle);
    names.startWith(StartupParameters.scope(parameters, bundle));
    if (!grant.sessions().enter(this, bundle.sessions().max())) {
      throw Ending.tooMany(bundle).asException();
    }
    if (!terms().inForce()) {
      // It ended before it could see this session.
      throw Ending.notInForce(terms().bundle()).asException();
    }
    ServerConnector connector = grant.connector();
    Credential credential = grant.credential();
    if (connector == null || credential == null) {
      throw Ending.notReady(grant, "It has no credential for the database yet.").asException();
    }
    try {
      return connector.open(credential, database, parameters);
    } catch (GateException failure) {
      if (!failure.answer().sqlState().startsWith("28")) {
        throw failure;
      }
      grant.credentialRefused(credential);
      Credential newer = grant.credential();
      if (newer == null || newer.equals(credential)) {
        throw failure;
      }
      return connector.open(newer, database, parameters);
    }
  }

  /** Gives the session a key of the gate's own: what the server's is, stays here. */
  private CancelKey register(int process, int minor) {
    byte[] secret = new byte[minor >= StartupRequest.NEWEST_MINOR ? LONG_SECRET : SHORT_SECRET];
    while (true) {
      grant.random().nextBytes(secret);
      CancelKey key = new CancelKey(process, secret);
      if (grant.sessions().register(key, this)) {
        return key;
      }
    }
  }

  private void welcome(StartupRequest.Open request, ServerConnection connection, CancelKey key)
      throws IOException {
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
    output.write(out.array(), 0, out.size(), false);
  }

  private void relay(ServerConnection connection) throws IOException, InterruptedException {
    StatementEvents events = new StatementEvents(this, spool, clock);
    FromServer fromServer = new FromServer(this, connection.in(), output, events);
    Thread answers = threads.newThread(() -> relayAnswers(fromServer, connection));
    answers.start();
    FromClient fromClient = new FromClient(this, client.in(), connection.out());
    try {
      fromClient.run();
    } catch (ProtocolException failure) {
      Ending reason = Ending.protocol(failure);
      ending = reason;
      output.end(reason.answer());
    } catch (IOException _) {
      // One of both sides is gone; the other one is told below.
    }
    try {
      // What was sent still runs, and its end is still an event.
      connection.socket().shutdownOutput();
    } catch (IOException | UnsupportedOperationException _) {
      connection.close();
    }
    answers.join();
    if (output.isEnded()) {
      fromClient.discard();
    }
  }

  private void relayAnswers(FromServer fromServer, ServerConnection connection) {
    try {
      fromServer.run();
    } catch (ProtocolException failure) {
      ending = Ending.serverProtocol(failure);
    } catch (IOException _) {
      // The server is gone, which the client sees by the end of its connection.
    } finally {
      try {
        connection.close();
        fromServer.lost();
        event(Event.Type.SESSION_CLOSED, Outcome.ALLOWED, ending);
      } finally {
        Ending reason = ending;
        output.end(reason == null ? null : reason.answer());
        endedAt = System.nanoTime();
        grant.sessions().leave(this, key);
      }
    }
  }

  /**
   * Ends the session.
   *
   * @param reason what the client reads, unless it ends already for another one
   * @param when how soon; never later than it was told before
   */
  void end(Ending reason, Moment when) {
    synchronized (closing) {
      endsWhen = ending != null && endsWhen.compareTo(when) > 0 ? endsWhen : when;
      if (ending == null) {
        ending = reason;
      }
    }
    boolean running = !pipeline.isEmpty();
    if ((when == Moment.NOW || (!running && isEnding())) && closing.compareAndSet(false, true)) {
      // The client may not read and the server may not be there: whoever ends it does not wait.
      threads.newThread(() -> closeBoth(reason, running)).start();
    }
  }

  private void closeBoth(Ending reason, boolean running) {
    output.end(reason.answer());
    if (running) {
      cancels.ask(this, _ -> cutServer());
    } else {
      cutServer();
    }
  }

  private void cutServer() {
    ServerConnection connection = server;
    if (connection != null) {
      connection.cut();
    }
  }

  /** Has what runs cancelled, once for each operation, without waiting for it. */
  void cancelRunning() {
    Pipeline.Running running = pipeline.running();
    if (running != null && cancelled.getAndSet(running.number()) != running.number()) {
      cancels.ask(
          this,
          brought -> {
            if (!brought) {
              // Once more, when it is asked for again.
              cancelled.compareAndSet(running.number(), -1);
            }
          });
    }
  }

  /**
   * Has what runs cancelled, and waits until the server has taken note.
   *
   * @return whether it has; as with every cancel, not whether it came in time
   */
  boolean cancelNow() {
    ServerConnection connection = server;
    ServerConnector connector = grant.connector();
    if (connection == null || connector == null) {
      return false;
    }
    try {
      connector.cancel(connection);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Ends what has taken too long, by the limits of the grant, and what the grant's end missed. */
  void keepWithin(Bundle.SessionLimits limits, long now) {
    Pipeline.Running running = pipeline.running();
    Terms terms = terms();
    if (endedAt == 0 && ending == null && terms.bundle().state() == Bundle.State.REVOKED) {
      end(
          Ending.revoked(terms.bundle()),
          terms.bundle().revocation() == Bundle.Revocation.TERMINATE
              ? Moment.NOW
              : Moment.AFTER_STATEMENT);
    }
    Ending reason = ending;
    if (endedAt != 0) {
      if (seconds(now - endedAt) >= PATIENCE_SECONDS) {
        output.cut();
      }
    } else if (reason != null) {
      long writing = output.writingSince();
      if ((running == null && isEnding())
          || (writing != 0 && seconds(now - writing) >= PATIENCE_SECONDS)) {
        end(reason, Moment.NOW);
      }
    } else if (running == null) {
      long idle = limits.idleTimeoutSeconds();
      if (idle > 0 && !inTransaction && seconds(now - lastActive) >= idle) {
        end(Ending.idle(terms.bundle()), Moment.AFTER_TRANSACTION);
      }
    } else if (limits.statementTimeoutSeconds() > 0
        && seconds(now - running.since()) > limits.statementTimeoutSeconds()) {
      timeout = Ending.timedOut(limits.statementTimeoutSeconds());
      cancelRunning();
    }
  }

  Pipeline pipeline() {
    return pipeline;
  }

  PreparedStatements prepared() {
    return prepared;
  }

  SessionNames names() {
    return names;
  }

  boolean isInTransaction() {
    return inTransaction;
  }

  /** The terms of now, which stay the same for as long as a message is looked at. */
  Terms terms() {
    Terms now = grant.terms();
    if (now != null) {
      terms = now;
    }
    return terms;
  }

  Dialect dialect() {
    return dialect;
  }

  Draft.Subject subject() {
    return subject;
  }

  /** Whether nothing is to begin any more. */
  boolean isEnding() {
    return ending != null && (endsWhen != Moment.AFTER_TRANSACTION || !inTransaction);
  }

  Refusal refusal(Finding finding) {
    return Refusal.of(marker(), finding);
  }

  Refusal staleness() {
    return Refusal.stale(marker());
  }

  private String marker() {
    return markerPrefix + markers.incrementAndGet();
  }

  /** The statement that gives the session its role back. */
  String identityStatement() {
    return "SET ROLE \"%s\"".formatted(terms.bundle().role().replace("\"", "\"\""));
  }

  /** Something runs, or has run, that may have taken the session's role away. */
  void doubtIdentity() {
    // A plain bundle names no role.
    identityInDoubt.set(!terms.bundle().plain());
  }

  /** Whether something may have taken it away, of which nothing is known any more afterwards. */
  boolean takeDoubt() {
    return identityInDoubt.get() && identityInDoubt.getAndSet(false);
  }

  /** The server is ready for the next statement. */
  void ready(byte transaction) {
    lastActive = System.nanoTime();
    inTransaction = transaction != 'I';
    timeout = null;
    if (!inTransaction) {
      prepared.transactionEnded();
    }
  }

  /** The server reports a parameter. */
  void parameter(String name, String value) {
    dialect = dialect.with(name, value);
    if (name.equals("application_name")) {
      subject = subject(subject.serverProcess(), value);
    }
  }

  /**
   * What the client reads in place of an error of the server's that the gate has brought about.
   *
   * @return null: the server's own words
   */
  @Nullable ServerMessage lastWord(ServerMessage error) {
    Bundle bundle = terms().bundle();
    if (error.endsConnection() && bundle.state() == Bundle.State.REVOKED) {
      return Ending.revoked(bundle).answer();
    }
    return error.sqlState().equals("57014") ? timeout : null;
  }

  private void event(Event.Type type, Outcome outcome, @Nullable Ending reason) {
    spool.append(List.of(draft(type, subject, clock, outcome, reason)));
  }

  /** The event of a client that did not come as far as a session. */
  static Draft refused(Bundle bundle, Clock clock, Ending reason) {
    Draft.Subject nobody =
        new Draft.Subject(bundle.access(), bundle.database(), bundle.purpose(), "", 0, "");
    return draft(Event.Type.SESSION_REFUSED, nobody, clock, Outcome.DENIED, reason);
  }

  private static Draft draft(
      Event.Type type,
      Draft.Subject subject,
      Clock clock,
      Outcome outcome,
      @Nullable Ending reason) {
    return new Draft(
        Instant.now(clock).truncatedTo(ChronoUnit.MICROS),
        type,
        subject,
        null,
        -1,
        -1,
        outcome,
        null,
        reason == null ? null : reason.answer().message(),
        reason == null ? null : reason.code().code(),
        reason == null ? null : reason.answer().sqlState());
  }

  private Draft.Subject subject(int process, String application) {
    Bundle bundle = terms.bundle();
    return new Draft.Subject(
        bundle.access(), bundle.database(), bundle.purpose(), id, process, application);
  }

  private static long seconds(long nanoseconds) {
    return nanoseconds / 1_000_000_000L;
  }
}

package dev.sluice.sidecar.session;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.detect.ClientEncoding;
import dev.sluice.sidecar.detect.Origins;
import dev.sluice.sidecar.postgres.CancelKey;
import dev.sluice.sidecar.postgres.GateException;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ServerConnection;
import dev.sluice.sidecar.postgres.ServerConnector;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.postgres.StartupRequest;
import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.spool.Spool;
import dev.sluice.sidecar.statement.Dialect;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Thought;
import dev.sluice.sidecar.wire.Ends;
import dev.sluice.sidecar.wire.Wire;
import java.io.IOException;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session, from the client's start-up message to the last event about it. It is opened by a
 * thread that waits for the server; from then on all that it does is done in the loop.
 */
public final class Session {
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Grant grant;
  private final SessionEvents events;
  private final ThreadFactory threads;
  private final Wire client;
  private final Hub hub;
  private final Cancels cancels;
  private final String id = Long.toString(NUMBERS.incrementAndGet());
  private final Admission admission;
  private final PreparedStatements prepared;
  private final SessionNames names = new SessionNames();
  private final CursorRows cursors = new CursorRows();
  private final Pipeline pipeline;
  private final SessionTimeouts timeouts;
  private final Object endingLock = new Object();

  private volatile @Nullable ServerConnection server;
  private volatile @Nullable Ending ending;
  private volatile Moment endsWhen = Moment.AFTER_TRANSACTION;
  private @Nullable CancelKey key;
  private @Nullable Relay relay;
  private Dialect dialect = Dialect.USUAL;
  private ClientEncoding encoding = ClientEncoding.UTF8;
  private Draft.Subject subject;
  private Terms terms;
  private long endedAt;
  private String user = "";
  private String application = "";
  private boolean inTransaction;
  private boolean closing;

  /** Whether something may have taken the session's role away. */
  private boolean identityInDoubt;

  /** The operation that was cancelled last, by its number; -1: none. */
  private long cancelled = -1;

  /** How many requests to cancel of the gate's own are under way. */
  private int cancelling;

  Session(
      Grant grant,
      Terms terms,
      Spool spool,
      Clock clock,
      ThreadFactory threads,
      Cancels cancels,
      Hub hub,
      Wire client) {
    this.grant = grant;
    this.terms = terms;
    this.events = new SessionEvents(spool, clock);
    this.threads = threads;
    this.cancels = cancels;
    this.hub = hub;
    this.client = client;
    this.prepared = new PreparedStatements(hub.handles());
    this.pipeline =
        new Pipeline(
            skipped -> {
              prepared.undo(skipped.changes);
              prepared.undo(skipped.certainChanges);
            });
    this.timeouts = new SessionTimeouts(this);
    this.admission = new Admission(this, grant);
    this.subject = subject(0, "");
  }

  /**
   * Opens the session and hands it over to the loop.
   *
   * @param request what the client asks for
   * @return whether the client is the loop's now
   * @throws GateException where it is not opened, with what the client is to read
   * @throws IOException where the client went away
   */
  boolean open(StartupRequest.Open request) throws IOException {
    application = request.parameters().getOrDefault("application_name", "");
    user = request.parameters().getOrDefault("user", "");
    subject = subject(0, application);
    SessionOpening opening = new SessionOpening(this, grant, request);
    boolean handedOver = false;
    try {
      ServerConnection connection = opening.connect(terms);
      server = connection;
      Ending already = ending;
      if (already != null) {
        throw already.asException();
      }
      int process = connection.key() == null ? 0 : connection.key().process();
      subject = subject(process, application);
      connection.parameters().forEach(this::parameter);
      CancelKey shown = opening.register(process);
      key = shown;
      events.opened(subject);
      MessageBuilder welcome = opening.welcome(connection, shown);
      hub.loop().execute(() -> relay(connection, welcome));
      handedOver = true;
      return true;
    } catch (GateException refusal) {
      events.refused(subject, new Ending(refusal.code(), refusal.answer()));
      throw refusal;
    } finally {
      if (!handedOver) {
        ServerConnection connection = server;
        if (connection != null) {
          connection.close();
        }
        closed();
        forgotten();
      }
    }
  }

  private void relay(ServerConnection connection, MessageBuilder welcome) {
    try {
      relay = new Relay(this, hub, client, connection.wire(), events.ofStatements(this), welcome);
      obey();
    } catch (IOException _) {
      // One of both sides went away in between.
      client.cut();
      connection.close();
      events.closed(subject, ending);
      closed();
      forgotten();
    }
  }

  /** Finds out about a text without holding the loop up; what it found is told in the loop. */
  void think(Terms terms, TextKey text, Dialect dialect, Consumer<Thought> then) {
    threads
        .newThread(
            () -> {
              Thought thought = terms.think(text, dialect);
              hub.loop().execute(() -> then.accept(thought));
            })
        .start();
  }

  /**
   * Ends the session. For any thread.
   *
   * @param reason what the client reads, unless it ends already for another one
   * @param when how soon; never later than it was told before
   */
  void end(Ending reason, Moment when) {
    synchronized (endingLock) {
      endsWhen = ending != null && endsWhen.compareTo(when) > 0 ? endsWhen : when;
      if (ending == null) {
        ending = reason;
      }
    }
    hub.loop().execute(this::obey);
  }

  /** It ends by itself, for a reason that the client may be told. */
  void endsFor(Ending reason) {
    ending = reason;
  }

  /** Ends it if that is to be now. */
  void obey() {
    Relay relayed = relay;
    Ending reason = ending;
    if (relayed == null || reason == null || closing || endedAt != 0) {
      return;
    }
    boolean running = !pipeline.isEmpty();
    if (endsWhen == Moment.NOW || (!running && isEnding())) {
      closing = true;
      relayed.close(reason.answer(), running);
    }
  }

  /** Has what runs cancelled, once for each operation, without waiting for it. */
  void cancelRunning() {
    Pipeline.Running running = pipeline.running();
    if (running != null && cancelled != running.number()) {
      cancelled = running.number();
      cancelling++;
      cancels.ask(
          this, brought -> hub.loop().execute(() -> cancelAgain(brought, running.number())));
    }
  }

  /** Where it was not brought: once more, when it is asked for again. */
  private void cancelAgain(boolean brought, long number) {
    cancelling--;
    if (!brought && cancelled == number) {
      cancelled = -1;
    }
    Relay relayed = relay;
    if (relayed != null) {
      relayed.goOn();
    }
  }

  /** Whether a request to cancel is under way, which might meet what is sent now. */
  boolean isCancelling() {
    return cancelling > 0;
  }

  /** Has what runs cancelled. */
  void cancelThen(Runnable then) {
    cancels.ask(this, _ -> then.run());
  }

  /**
   * Has what runs cancelled, and waits until the server has taken note. For any thread.
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

  /**
   * Ends what has taken too long, by the limits of the grant, and what the grant's end missed. For
   * any thread.
   */
  void keepWithin(Bundle.SessionLimits limits, long now) {
    hub.loop().execute(() -> lookAtLimits(limits, now));
  }

  /**
   * Ends it where one of its peers is there no more, although nothing said so. For any thread.
   *
   * @param vanished connections whose peers are gone
   */
  void giveUp(Set<Ends> vanished) {
    hub.loop()
        .execute(
            () -> {
              Relay relayed = relay;
              if (relayed != null) {
                relayed.giveUp(vanished);
              }
            });
  }

  private void lookAtLimits(Bundle.SessionLimits limits, long now) {
    Relay relayed = relay;
    if (relayed != null) {
      timeouts.keepWithin(limits, relayed, now);
    }
  }

  /** The server has ended, and what was to be said of it is said. */
  void closed() {
    if (endedAt == 0) {
      endedAt = System.nanoTime();
      prepared.end();
      grant.sessions().leave(this, key);
    }
  }

  /** Nothing is left of it. */
  void forgotten() {
    grant.sessions().forget(this);
  }

  /** The event of its end. */
  Draft closing() {
    return events.closing(subject, ending);
  }

  /** Why it ends; null: it does not, or by itself. */
  @Nullable Ending ending() {
    return ending;
  }

  /** When the server ended, by the clock of durations; 0: it has not. */
  long endedAt() {
    return endedAt;
  }

  /** What the client is told at its end; null: nothing. */
  @Nullable ServerMessage lastWord() {
    Ending reason = ending;
    return reason == null ? null : reason.answer();
  }

  /** Whether it is to end and nothing runs. */
  boolean isOver() {
    return isEnding() && pipeline.isEmpty();
  }

  Pipeline pipeline() {
    return pipeline;
  }

  Admission admission() {
    return admission;
  }

  PreparedStatements prepared() {
    return prepared;
  }

  SessionNames names() {
    return names;
  }

  CursorRows cursors() {
    return cursors;
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

  /** How the server writes texts for the client. */
  ClientEncoding encoding() {
    return encoding;
  }

  /** The numbers of the grant's tables, as far as they are known. */
  Origins origins() {
    return grant.origins();
  }

  Draft.Subject subject() {
    return subject;
  }

  /** The database user that the client named; the gate logs in by itself. */
  String user() {
    return user;
  }

  /** What the client calls itself. */
  String application() {
    return application;
  }

  /** Whether nothing is to begin any more. */
  boolean isEnding() {
    return ending != null && (endsWhen != Moment.AFTER_TRANSACTION || !inTransaction);
  }

  /** The statement that gives the session its role back. */
  String identityStatement() {
    return "SET ROLE \"%s\"".formatted(terms.bundle().role().replace("\"", "\"\""));
  }

  /** Something runs, or has run, that may have taken the session's role away. */
  void doubtIdentity() {
    // A plain bundle names no role.
    identityInDoubt = !terms.bundle().plain();
  }

  /** Whether something may have taken it away, of which nothing is known any more afterwards. */
  boolean takeDoubt() {
    boolean doubt = identityInDoubt;
    identityInDoubt = false;
    return doubt;
  }

  /** The server is ready for the next statement. */
  void ready(byte transaction) {
    inTransaction = transaction != 'I';
    timeouts.ready();
    if (!inTransaction) {
      prepared.transactionEnded();
    }
  }

  /** The server reports a parameter. */
  void parameter(String name, String value) {
    dialect = dialect.with(name, value);
    if (name.equals("client_encoding")) {
      encoding = ClientEncoding.of(value);
    }
    if (name.equals("application_name")) {
      application = value;
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
    return error.sqlState().equals("57014") ? timeouts.timeout() : null;
  }

  private Draft.Subject subject(int process, String application) {
    Bundle bundle = terms.bundle();
    return new Draft.Subject(
        bundle.access(), bundle.database(), bundle.purpose(), id, process, application);
  }
}

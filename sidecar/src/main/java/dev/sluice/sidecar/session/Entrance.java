package dev.sluice.sidecar.session;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.postgres.CancelKey;
import dev.sluice.sidecar.postgres.GateException;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.postgres.StartupRequest;
import dev.sluice.sidecar.spool.Spool;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.wire.Ends;
import dev.sluice.sidecar.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An address of a grant: takes clients in, and has each served. */
public final class Entrance implements AutoCloseable {
  /** Clients that have not said so yet, at most. */
  private static final int MAXIMUM_STARTING = 64;

  private final Grant grant;
  private final Spool spool;
  private final Clock clock;
  private final ThreadFactory threads;
  private final Consumer<String> log;
  private final @Nullable ClientTls tls;
  private final Hub hub;
  private final Listener listener;
  private final WaitingRoom room = new WaitingRoom(MAXIMUM_STARTING);
  private final Cancels cancels;

  /**
   * Opens an entrance.
   *
   * @param grant what it leads to
   * @param address where it listens: a port, or a Unix socket
   * @param tls for clients that ask for TLS; null: they are told that there is none
   * @param hub where sessions are relayed
   * @param spool takes the events
   * @param clock tells when they happened
   * @param threads makes a thread for each client until its session is open
   * @param log takes sentences for the person who runs the gate
   * @throws IOException where the address cannot be had
   */
  public Entrance(
      Grant grant,
      SocketAddress address,
      @Nullable ClientTls tls,
      Hub hub,
      Spool spool,
      Clock clock,
      ThreadFactory threads,
      Consumer<String> log)
      throws IOException {
    this.grant = grant;
    this.spool = spool;
    this.clock = clock;
    this.threads = threads;
    this.cancels = new Cancels(threads);
    this.log = log;
    this.tls = tls;
    this.hub = hub;
    this.listener = Listener.open(address);
  }

  /** The port that it listens on; -1: it is a Unix socket. */
  public int port() {
    return listener.port();
  }

  /** Begins to take clients in. */
  public void open() {
    threads.newThread(this::accept).start();
  }

  /** Takes no more clients; sessions go on. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      log.accept("an address cannot be closed: " + failure.getMessage());
    }
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        Wire client = listener.accept();
        room.enter(client);
        threads.newThread(() -> serve(client)).start();
      } catch (IOException failure) {
        if (listener.isOpen()) {
          log.accept("a client could not be taken in: " + failure.getMessage());
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void serve(Wire client) {
    Arrival arrival = new Arrival(client, tls);
    boolean done = true;
    try {
      switch (request(client, arrival)) {
        case StartupRequest.Open open -> done = !session(client, open);
        case StartupRequest.Cancel(CancelKey key) -> {
          Session session = grant.sessions().find(key);
          if (session != null) {
            // Who asks is told by the end of the connection that the server has taken note.
            done = false;
            cancels.ask(session, _ -> client.cut());
          }
        }
        case StartupRequest.Encryption _, StartupRequest.Handshake _ ->
            throw new ProtocolException("asked for a protected connection too often");
        case null -> {
          // A probe.
        }
      }
    } catch (ProtocolException failure) {
      refuse(client, Ending.protocol(failure));
    } catch (GateException failure) {
      answer(client, failure.answer());
    } catch (IOException _) {
      // The client went away.
    } catch (UncheckedIOException failure) {
      log.accept("a session was not opened: " + failure.getMessage());
    } finally {
      if (done) {
        client.cut();
      }
    }
  }

  private @Nullable StartupRequest request(Wire client, Arrival arrival) throws IOException {
    StartupRequest request = null;
    IOException failure = null;
    try {
      request = arrival.request();
    } catch (IOException thrown) {
      failure = thrown;
    }
    if (!room.leave(client)) {
      throw new ProtocolException("it took too long until the client had said what it wants");
    }
    if (failure != null) {
      throw failure;
    }
    return request;
  }

  private boolean session(Wire client, StartupRequest.Open request) throws IOException {
    Terms terms = grant.terms();
    if (terms == null) {
      throw Ending.notReady(grant, "It has no bundle from the control plane yet.").asException();
    }
    return new Session(grant, terms, spool, clock, threads, cancels, hub, client).open(request);
  }

  /** Tells a client, and leaves in evidence, why it is not served. */
  private void refuse(Wire client, Ending reason) {
    Terms terms = grant.terms();
    if (terms != null) {
      spool.append(List.of(SessionEvents.refused(terms.bundle(), clock, reason)));
    }
    answer(client, reason.answer());
  }

  private static void answer(Wire client, ServerMessage message) {
    MessageBuilder out = new MessageBuilder(256);
    message.write(out);
    try {
      client.endWith(out.array(), 0, out.size());
    } catch (IOException _) {
      // It does not want to know.
    }
  }

  /** Ends what has taken too long; called now and then. */
  public void keepWithinLimits() {
    long now = System.nanoTime();
    room.keepWithin(now);
    Terms terms = grant.terms();
    if (terms != null) {
      Bundle.SessionLimits limits = terms.bundle().sessions();
      grant.sessions().all().forEach(session -> session.keepWithin(limits, now));
    }
  }

  /**
   * Ends sessions whose clients or servers are there no more, although nothing said so.
   *
   * @param vanished connections whose peers are gone
   */
  public void giveUp(Set<Ends> vanished) {
    if (!vanished.isEmpty()) {
      grant.sessions().all().forEach(session -> session.giveUp(vanished));
    }
  }
}

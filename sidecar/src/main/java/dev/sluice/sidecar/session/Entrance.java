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
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The port of a grant: takes clients in and hands each to a thread of its own. */
public final class Entrance implements AutoCloseable {
  /** Clients that have not said so yet, at most. */
  private static final int MAXIMUM_STARTING = 64;

  private final Grant grant;
  private final Spool spool;
  private final Clock clock;
  private final ThreadFactory threads;
  private final Consumer<String> log;
  private final ServerSocket listener;
  private final WaitingRoom room = new WaitingRoom(MAXIMUM_STARTING);
  private final Cancels cancels;

  /**
   * Opens a port.
   *
   * @param grant what it leads to
   * @param address where it listens
   * @param spool takes the events
   * @param clock tells when they happened
   * @param threads makes two threads for each session
   * @param log takes sentences for the person who runs the gate
   * @throws IOException where the port cannot be had
   */
  public Entrance(
      Grant grant,
      InetSocketAddress address,
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
    this.listener = ServerSocketChannel.open().socket();
    listener.setReuseAddress(true);
    listener.bind(address, 512);
  }

  /** The port that it listens on. */
  public int port() {
    return listener.getLocalPort();
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
      log.accept("the port %d cannot be closed: %s".formatted(port(), failure.getMessage()));
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        ClientConnection client = new TcpConnection(listener.accept());
        room.enter(client);
        threads.newThread(() -> serve(client)).start();
      } catch (IOException failure) {
        if (!listener.isClosed()) {
          log.accept("a client could not be taken in: " + failure.getMessage());
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void serve(ClientConnection client) {
    boolean done = true;
    try {
      switch (request(client)) {
        case StartupRequest.Open open -> session(client, open);
        case StartupRequest.Cancel(CancelKey key) -> {
          Session session = grant.sessions().find(key);
          if (session != null) {
            // Who asks is told by the end of the connection that the server has taken note.
            done = false;
            cancels.ask(session, _ -> client.cut());
          }
        }
        case StartupRequest.Encryption _ -> throw new ProtocolException("asked for TLS too often");
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
      log.accept("a session ended: " + failure.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      if (done) {
        client.cut();
      }
    }
  }

  private @Nullable StartupRequest request(ClientConnection client) throws IOException {
    StartupRequest request;
    boolean inTime;
    try {
      request = read(client);
    } finally {
      inTime = room.leave(client);
    }
    if (!inTime) {
      throw new ProtocolException("it took too long until the client had said what it wants");
    }
    return request;
  }

  private static @Nullable StartupRequest read(ClientConnection client) throws IOException {
    DataInputStream in = new DataInputStream(client.in());
    StartupRequest request = StartupRequest.read(in);
    // Once for TLS and once for GSS; the way to the gate does not leave the pod.
    for (int asked = 0; asked < 2 && request instanceof StartupRequest.Encryption; asked++) {
      client.out().write('N');
      request = StartupRequest.read(in);
    }
    return request;
  }

  private void session(ClientConnection client, StartupRequest.Open request)
      throws IOException, InterruptedException {
    Terms terms = grant.terms();
    if (terms == null) {
      throw Ending.notReady(grant, "It has no bundle from the control plane yet.").asException();
    }
    new Session(grant, terms, spool, clock, threads, cancels, client).run(request);
  }

  /** Tells a client, and leaves in evidence, why it is not served. */
  private void refuse(ClientConnection client, Ending reason) {
    answer(client, reason.answer());
    Terms terms = grant.terms();
    if (terms != null) {
      spool.append(List.of(Session.refused(terms.bundle(), clock, reason)));
    }
  }

  private static void answer(ClientConnection client, ServerMessage message) {
    MessageBuilder out = new MessageBuilder(256);
    message.write(out);
    try {
      client.out().write(out.array(), 0, out.size());
      client.shutdownOutput();
      client.drain();
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
}

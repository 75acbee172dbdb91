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
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The port of a grant: takes clients in and hands each to a thread of its own. */
public final class Entrance implements AutoCloseable {
  /** How long a client may take to say what it wants, in milliseconds. */
  private static final int STARTUP_TIMEOUT = 30_000;

  /** Clients that have not said so yet, at most. */
  private static final int MAXIMUM_STARTING = 64;

  private final Grant grant;
  private final Spool spool;
  private final Clock clock;
  private final ThreadFactory threads;
  private final Consumer<String> log;
  private final ServerSocket listener;
  private final AtomicInteger starting = new AtomicInteger();

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
        Socket client = listener.accept();
        if (starting.incrementAndGet() > MAXIMUM_STARTING) {
          starting.decrementAndGet();
          close(client);
          continue;
        }
        threads.newThread(() -> serve(client)).start();
      } catch (IOException failure) {
        if (!listener.isClosed()) {
          log.accept("a client could not be taken in: " + failure.getMessage());
        }
      }
    }
  }

  private void serve(Socket client) {
    boolean counted = true;
    try {
      client.setTcpNoDelay(true);
      client.setSoTimeout(STARTUP_TIMEOUT);
      StartupRequest request = request(client);
      starting.decrementAndGet();
      counted = false;
      switch (request) {
        case StartupRequest.Open open -> session(client, open);
        case StartupRequest.Cancel(CancelKey key) -> {
          Session session = grant.sessions().find(key);
          if (session != null) {
            session.cancel();
          }
        }
        case StartupRequest.Encryption _ -> throw new ProtocolException("asked for TLS too often");
        case null -> {
          // A probe.
        }
      }
    } catch (ProtocolException failure) {
      answer(client, Ending.protocol(failure).answer());
    } catch (GateException failure) {
      answer(client, failure.answer());
    } catch (IOException _) {
      // The client went away.
    } catch (UncheckedIOException failure) {
      log.accept("a session ended: " + failure.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      if (counted) {
        starting.decrementAndGet();
      }
      close(client);
    }
  }

  private static void close(Socket client) {
    try {
      client.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  private static @Nullable StartupRequest request(Socket client) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    StartupRequest request = StartupRequest.read(in);
    // Once for TLS and once for GSS; the way to the gate does not leave the pod.
    for (int asked = 0; asked < 2 && request instanceof StartupRequest.Encryption; asked++) {
      client.getOutputStream().write('N');
      request = StartupRequest.read(in);
    }
    return request;
  }

  private void session(Socket client, StartupRequest.Open request)
      throws IOException, InterruptedException {
    Terms terms = grant.terms();
    if (terms == null) {
      throw Ending.notReady(grant, "It has no bundle from the control plane yet.").asException();
    }
    new Session(grant, terms, spool, clock, threads, client).run(request);
  }

  private static void answer(Socket client, ServerMessage message) {
    MessageBuilder out = new MessageBuilder(256);
    message.write(out);
    try {
      client.getOutputStream().write(out.array(), 0, out.size());
      Farewell.listen(client);
    } catch (IOException _) {
      // It does not want to know.
    }
  }

  /** Ends what has taken too long; called now and then. */
  public void keepWithinLimits() {
    Terms terms = grant.terms();
    if (terms != null) {
      Bundle.SessionLimits limits = terms.bundle().sessions();
      long now = System.nanoTime();
      grant.sessions().all().forEach(session -> session.keepWithin(limits, now));
    }
  }
}

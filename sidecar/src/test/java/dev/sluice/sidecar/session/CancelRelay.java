package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.StartupRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a server, counts the requests to cancel, and holds them until it is told to go on.
 */
final class CancelRelay implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 600, InetAddress.getLoopbackAddress());
  private final int server;
  private final CountDownLatch held = new CountDownLatch(1);
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger all = new AtomicInteger();

  CancelRelay(int server) throws IOException {
    this.server = server;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Requests that are held now. */
  int now() {
    return now.get();
  }

  /** The most that there were at one time. */
  int most() {
    return most.get();
  }

  /** All that there were. */
  int all() {
    return all.get();
  }

  void release() {
    held.countDown();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> relay(client));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void relay(Socket client) {
    try (client;
        Socket onward = new Socket(InetAddress.getLoopbackAddress(), server)) {
      byte[] first = client.getInputStream().readNBytes(8);
      boolean cancels = ByteBuffer.wrap(first).getInt(4) == StartupRequest.CANCEL;
      if (cancels) {
        all.incrementAndGet();
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        held.await();
        now.decrementAndGet();
      }
      onward.getOutputStream().write(first);
      Thread back = Thread.ofVirtual().start(() -> pass(onward, client));
      pass(client, onward);
      back.join();
    } catch (IOException _) {
      // One of both has gone.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException _) {
      // One of both has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

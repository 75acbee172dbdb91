package dev.sluice.sidecar.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.IntSupplier;

/** Stands before a server and passes on what it sends in segments of any size. */
final class SegmentRelay implements AutoCloseable {
  private final ServerSocket socket;
  private final int server;
  private volatile IntSupplier sizes = () -> 64 * 1024;

  SegmentRelay(int server) throws IOException {
    this.server = server;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** From now on segments have such sizes. */
  void cut(IntSupplier next) {
    sizes = next;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
        client.setTcpNoDelay(true);
        behind.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> pass(client, behind, false));
        Thread.ofVirtual().start(() -> pass(behind, client, true));
      } catch (IOException _) {
        // It is closed.
      }
    }
  }

  private void pass(Socket from, Socket to, boolean cutting) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[64 * 1024];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        int position = 0;
        while (position < count) {
          int length = Math.min(count - position, cutting ? sizes.getAsInt() : count);
          out.write(bytes, position, length);
          position += length;
        }
      }
    } catch (IOException _) {
      // One of both sides is gone.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

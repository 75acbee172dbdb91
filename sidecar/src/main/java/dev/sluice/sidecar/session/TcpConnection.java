package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.KeepAlive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/**
 * A connection through TCP.
 *
 * @param socket the connection, through TLS where there is any
 * @param wire the connection beneath TLS; without TLS, the same
 */
record TcpConnection(Socket socket, Socket wire) implements ClientConnection {
  private static final int PATIENCE_MILLIS = 200;
  private static final int MAXIMUM_READS = 16;

  /** One without TLS. */
  TcpConnection(Socket socket) throws IOException {
    this(socket, socket);
    socket.setTcpNoDelay(true);
    KeepAlive.set(socket);
  }

  @Override
  public InputStream in() throws IOException {
    return socket.getInputStream();
  }

  @Override
  public OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  @Override
  public void stopReading() {
    try {
      wire.shutdownInput();
    } catch (IOException _) {
      cut();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void drain() throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    byte[] ignored = new byte[8192];
    InputStream in = socket.getInputStream();
    for (int reads = 0; reads < MAXIMUM_READS && in.read(ignored) >= 0; reads++) {
      // It is not to be obeyed any more.
    }
  }

  @Override
  public void cut() {
    try {
      wire.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }
}

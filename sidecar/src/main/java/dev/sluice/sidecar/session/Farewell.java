package dev.sluice.sidecar.session;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** The end of a connection whose last message is to be read. */
final class Farewell {
  private static final int PATIENCE_MILLIS = 200;
  private static final int MAXIMUM_READS = 16;

  private Farewell() {}

  /**
   * Takes what is still on its way, since a connection that is closed with bytes unread is reset,
   * and the peer loses what it was told last.
   */
  static void listen(Socket socket) {
    try {
      socket.shutdownOutput();
      socket.setSoTimeout(PATIENCE_MILLIS);
      InputStream in = socket.getInputStream();
      byte[] ignored = new byte[8192];
      for (int reads = 0; reads < MAXIMUM_READS && in.read(ignored) >= 0; reads++) {
        // It is not to be obeyed any more.
      }
    } catch (IOException _) {
      // It is gone, or has nothing more to say.
    }
  }
}

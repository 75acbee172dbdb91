package dev.sluice.sidecar.postgres;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/** Finds out that a peer is gone although it has not said so. */
public final class KeepAlive {
  /** Half a minute of silence, then six questions ten seconds apart; the system's own are hours. */
  private static final Map<SocketOption<Integer>, Integer> SECONDS =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE, 30,
          ExtendedSocketOptions.TCP_KEEPINTERVAL, 10,
          ExtendedSocketOptions.TCP_KEEPCOUNT, 6);

  private KeepAlive() {}

  /**
   * Has the system ask the peer of a silent connection whether it is there. Where it is not within
   * a minute and a half, reads and writes fail.
   *
   * @param socket the connection
   * @throws IOException where the socket is closed
   */
  public static void set(Socket socket) throws IOException {
    socket.setKeepAlive(true);
    for (Map.Entry<SocketOption<Integer>, Integer> option : SECONDS.entrySet()) {
      if (socket.supportedOptions().contains(option.getKey())) {
        socket.setOption(option.getKey(), option.getValue());
      }
    }
  }
}

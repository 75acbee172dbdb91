package dev.sluice.sidecar.wire;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/** Finds out that a peer is gone although it has not said so. */
final class KeepAlive {
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
   * @param channel the connection
   * @throws IOException where the channel is closed
   */
  static void set(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    for (Map.Entry<SocketOption<Integer>, Integer> option : SECONDS.entrySet()) {
      if (channel.supportedOptions().contains(option.getKey())) {
        channel.setOption(option.getKey(), option.getValue());
      }
    }
  }
}

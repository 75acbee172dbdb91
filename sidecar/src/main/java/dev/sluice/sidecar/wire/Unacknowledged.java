package dev.sluice.sidecar.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds peers that vanished after something was sent to them. While that is not acknowledged the
 * system sends it again and again, which it gives up after a quarter of an hour, and asks nothing
 * beside it ({@link KeepAlive}). Its tables tell how often it has sent it: those of Linux, {@code
 * Documentation/networking/proc_net_tcp.rst}. A peer that acknowledges and takes nothing, such as a
 * server whose process waits for a lock, is not meant: that is another timer. For one thread.
 */
public final class Unacknowledged {
  /** Sent again so often: for 51 seconds at least, as the pauses double from a fifth of one. */
  private static final int SENT_AGAIN = 8;

  /** Found so often since, so that it is not given up before a silent peer would be. */
  private static final int LOOKS = 4;

  /** {@code number: here there state queues timer:when times}, where the timer is to send again. */
  private static final Pattern SENDING_AGAIN =
      Pattern.compile(" *[0-9]+: ([0-9A-F:]+) ([0-9A-F:]+) [^ ]+ [^ ]+ 01:[^ ]+ ([0-9A-F]+) .*");

  private final List<Path> tables;
  private Map<Ends, Integer> found = Map.of();

  /**
   * Of the network that this process is in.
   *
   * @param tables files as {@code /proc/net/tcp}; one that is not there tells nothing
   */
  public Unacknowledged(List<Path> tables) {
    this.tables = tables;
  }

  /**
   * Looks once; to be called every ten seconds.
   *
   * @return the connections whose peers have acknowledged nothing for a minute and a half
   * @throws IOException where a table is there and cannot be read
   */
  public Set<Ends> look() throws IOException {
    Map<Ends, Integer> now = new HashMap<>();
    for (Path table : tables) {
      if (Files.exists(table)) {
        try (BufferedReader lines = Files.newBufferedReader(table)) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Ends ends = unacknowledged(line);
            if (ends != null) {
              now.put(ends, found.getOrDefault(ends, 0) + 1);
            }
          }
        }
      }
    }
    found = now;
    return now.entrySet().stream()
        .filter(each -> each.getValue() >= LOOKS)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static @Nullable Ends unacknowledged(String line) throws IOException {
    Matcher sending = SENDING_AGAIN.matcher(line);
    return sending.matches() && Integer.parseInt(sending.group(3), 16) >= SENT_AGAIN
        ? new Ends(address(sending.group(1)), address(sending.group(2)))
        : null;
  }

  /** Digits of words in the order of this machine, and of a port. */
  private static InetSocketAddress address(String text) throws IOException {
    int colon = text.indexOf(':');
    ByteBuffer words =
        ByteBuffer.wrap(HexFormat.of().parseHex(text, 0, colon)).order(ByteOrder.BIG_ENDIAN);
    ByteBuffer bytes = ByteBuffer.allocate(words.remaining()).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      bytes.putInt(words.getInt());
    }
    return new InetSocketAddress(
        InetAddress.getByAddress(bytes.array()), Integer.parseInt(text.substring(colon + 1), 16));
  }
}

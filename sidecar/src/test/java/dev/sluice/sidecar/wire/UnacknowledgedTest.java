package dev.sluice.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines are as Linux 6.18 writes them on a machine whose words begin with their last byte. */
class UnacknowledgedTest {
  private static final String HEADING =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
          + " inode\n";
  private static final String SENT_NINE_TIMES =
      "   7: 094DC612:B50A 0A4DC612:1538 01 0000001B:00000000 01:00000A3C 00000008  1000        0"
          + " 4024649 2 0000000017feb8a1 20 4 0 1 -1\n";

  private @TempDir Path directory;
  private Path table;
  private Unacknowledged unacknowledged;

  @BeforeEach
  void open() {
    table = directory.resolve("tcp");
    unacknowledged = new Unacknowledged(List.of(table, directory.resolve("tcp6")));
  }

  @Test
  void aPeerThatAcknowledgesNothingIsFoundAfterAWhile() throws IOException {
    write(SENT_NINE_TIMES);
    for (int look = 0; look < 3; look++) {
      assertThat(unacknowledged.look()).isEmpty();
    }
    Set<Ends> found =
        Set.of(
            new Ends(
                new InetSocketAddress("18.198.77.9", 46346),
                new InetSocketAddress("18.198.77.10", 5432)));
    assertThat(unacknowledged.look()).isEqualTo(found);
    assertThat(unacknowledged.look()).isEqualTo(found);
  }

  @Test
  void onceItHasAcknowledgedAllBeginsAnew() throws IOException {
    write(SENT_NINE_TIMES);
    unacknowledged.look();
    unacknowledged.look();
    unacknowledged.look();
    write(SENT_NINE_TIMES.replace("00000008", "00000001"));
    assertThat(unacknowledged.look()).isEmpty();
    write(SENT_NINE_TIMES);
    assertThat(unacknowledged.look()).isEmpty();
  }

  @Test
  void aPeerThatTakesNothingIsAnotherMatter() throws IOException {
    write(SENT_NINE_TIMES.replace("01:00000A3C", "04:00000A3C"));
    for (int look = 0; look < 6; look++) {
      assertThat(unacknowledged.look()).isEmpty();
    }
  }

  @Test
  void itReadsTheTablesOfThisMachine() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress())) {
      String port = ":%04X ".formatted(((InetSocketAddress) channel.getLocalAddress()).getPort());
      for (String name : List.of("tcp", "tcp6")) {
        String line =
            Files.readAllLines(Path.of("/proc/net", name)).stream()
                .filter(each -> each.matches(" *\\d+: [0-9A-F]+" + port + ".*"))
                .findFirst()
                .orElse("");
        Files.writeString(
            directory.resolve(name),
            line.replaceFirst(" 0\\d:[0-9A-F]{8} [0-9A-F]{8} ", " 01:00000A3C 0000000A "));
      }
      for (int look = 0; look < 3; look++) {
        unacknowledged.look();
      }
      Set<Ends> found = unacknowledged.look();
      assertThat(found).hasSize(1);
      assertThat(new Wire(channel).isAmong(found)).isTrue();
    }
  }

  private void write(String line) throws IOException {
    Files.writeString(table, HEADING + line);
  }
}

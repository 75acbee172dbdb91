package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import dev.sluice.sidecar.wire.Ends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave at once, and servers that are there no more. */
class LeavingPeersTest {
  private GovernedShop shop;
  private TestGate gate;

  @BeforeEach
  void open() {
    shop = GovernedShop.create(PostgresVersion.V15);
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAClientSaysLastRunsAndIsAnEventEvenIfItLeavesAtOnce(boolean saysSo) throws IOException {
    int clients = 20;
    for (int id = 1; id <= clients; id++) {
      try (RawClient client = client()) {
        client.query("UPDATE orders SET note = 'last words' WHERE id = " + id);
        if (saysSo) {
          client.empty('X');
        }
        client.send();
      }
    }
    await()
        .untilAsserted(
            () ->
                assertThat(gate.statements())
                    .hasSize(clients)
                    .allSatisfy(event -> assertThat(event.rows()).isEqualTo(1)));
    try (RawClient client = client()) {
      client.query("SELECT count(*) FROM orders WHERE note = 'last words'").send();
      assertThat(client.untilReady()).contains("D " + clients);
    }
  }

  @Test
  void whoWaitsForAServerThatVanishedIsToldSo() throws IOException {
    try (RawClient client = client()) {
      client.query("SELECT inet_client_port()").send();
      int port = Integer.parseInt(client.untilReady().get(1).substring(2));
      Ends connection = new Ends(loopback(port), loopback(shop.postgres().port()));
      gate.entrance().giveUp(Set.of(new Ends(connection.there(), connection.here())));
      client.query("SELECT pg_sleep(63)").send();
      await().until(() -> shop.running("pg_sleep(63)") == 1);
      gate.entrance().giveUp(Set.of(connection));
      assertThat(client.read().error().message())
          .isEqualTo("the database server does not answer any more [SLU-G07]");
      assertThat(client.untilReady()).containsExactly("end");
    }
    Event last = gate.statements().getLast();
    assertThat(last.sqlState()).isEqualTo("08006");
    assertThat(last.reason()).contains("the statement may have run");
  }

  private RawClient client() throws IOException {
    return RawClient.open(gate.port(), "database", shop.database().name());
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }
}

package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What counts for a session's limits, and what does not. */
class SessionLimitsTest {
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

  @Test
  void aSessionIsIdleAfterACopyAsAfterAnything() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      for (String row : new String[] {"1\n", "no number\n"}) {
        client.query("COPY orders(customer_id) FROM STDIN").copyData(row).copyData(row).empty('c');
        client.send();
        assertThat(client.untilReady()).startsWith("G").endsWith("Z I");
      }
      session()
          .keepWithin(
              new Bundle.SessionLimits(9, 5, 0, null),
              System.nanoTime() + TimeUnit.SECONDS.toNanos(6));
      assertThat(client.untilReady()).containsExactly("E 57P05", "end");
    }
  }

  @Test
  void timeInTheQueueIsNoTimeOfAStatement() throws IOException, SQLException {
    Bundle.SessionLimits limits = new Bundle.SessionLimits(9, 0, 5, null);
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name());
        Connection holding = shop.database().connect(shop.database().superuser());
        Statement lock = holding.createStatement()) {
      lock.execute("SELECT pg_advisory_lock(1), pg_advisory_lock(2)");
      client
          .query("SELECT pg_advisory_xact_lock(1)")
          .query("SELECT pg_advisory_xact_lock(2)")
          .query("SELECT pg_advisory_xact_lock(2)")
          .send();
      awaitWaiting("lock(1)");
      long before = System.nanoTime();
      lock.execute("SELECT pg_advisory_unlock(1)");
      awaitWaiting("lock(2)");
      assertThat(client.untilReady()).endsWith("C SELECT 1", "Z I");
      session().keepWithin(limits, before + TimeUnit.SECONDS.toNanos(6) - 1);
      lock.execute("SELECT pg_advisory_unlock(2)");
      assertThat(client.untilReady()).endsWith("C SELECT 1", "Z I");
      assertThat(client.untilReady()).endsWith("C SELECT 1", "Z I");
      lock.execute("SELECT pg_advisory_lock(2)");
      client.query("SELECT pg_advisory_xact_lock(2)").send();
      awaitWaiting("lock(2)");
      session().keepWithin(limits, System.nanoTime() + TimeUnit.SECONDS.toNanos(7));
      assertThat(client.untilReady()).endsWith("E 57014", "Z I");
    }
  }

  @Test
  void aSessionThatOpensWhileItsGrantEndsIsNotOpened() throws IOException {
    try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Bundle.Target target = shop.bundle().target();
      Bundle bundle =
          TestBundles.withTarget(
              shop.bundle(),
              new Bundle.Target(
                  target.engine(),
                  List.of(new Bundle.Endpoint("127.0.0.1", slow.getLocalPort())),
                  target.database(),
                  target.tls(),
                  target.serverVersion()));
      gate.grant().apply(bundle);
      try (RawClient client = new RawClient(gate.port())) {
        client.startup("database", shop.database().name());
        try (Socket gateSide = slow.accept();
            Socket serverSide =
                new Socket(InetAddress.getLoopbackAddress(), shop.postgres().port())) {
          gate.grant().apply(bundle.revoked("over"));
          Thread.ofVirtual().start(() -> relay(gateSide, serverSide));
          Thread.ofVirtual().start(() -> relay(serverSide, gateSide));
          assertThat(client.untilReady()).containsExactly("E 57P01", "end");
          await().until(() -> gate.grant().sessions().count() == 0);
        }
      }
    }
  }

  @Test
  void aSessionThatTheEndOfItsGrantMissedIsEnded() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      Session missed = session();
      gate.grant().sessions().leave(missed, null);
      gate.grant().apply(shop.bundle().revoked("over"));
      missed.keepWithin(shop.bundle().sessions(), System.nanoTime());
      assertThat(client.untilReady()).containsExactly("E 57P01", "end");
    }
  }

  private Session session() {
    return gate.grant().sessions().all().iterator().next();
  }

  private static void relay(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException _) {
      // One of both sides has closed, which ends the other one.
    }
  }

  private void awaitWaiting(String part) {
    await().until(() -> waiting(part) == 1);
  }

  private int waiting(String part) throws SQLException {
    try (Connection connection = shop.database().connect(shop.database().superuser());
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
                    + " AND datname = current_database() AND position(? in query) > 0")) {
      statement.setString(1, part);
      try (ResultSet result = statement.executeQuery()) {
        assertThat(result.next()).isTrue();
        return result.getInt(1);
      }
    }
  }
}

package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that do not read what they asked for, and those that leave. */
class SlowClientTest {
  private static final String LARGE = "SELECT repeat('x', 1000), generate_series(1, 100000000)";

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
  void aClientThatDoesNotReadDelaysNobodysRevocation() throws Exception {
    Bundle bundle = TestBundles.withRevocation(shop.bundle(), Bundle.Revocation.TERMINATE);
    gate.grant().apply(bundle);
    try (RawClient slow = RawClient.open(gate.port(), "database", shop.database().name());
        RawClient other = RawClient.open(gate.port(), "database", shop.database().name())) {
      slow.query(LARGE).send();
      awaitBlocked();
      CompletableFuture.runAsync(() -> gate.grant().apply(bundle.revoked("over")))
          .get(60, TimeUnit.SECONDS);
      assertThat(other.untilReady()).containsExactly("E 57P01", "end");
      await().until(() -> gate.grant().sessions().count() == 0);
      await().until(() -> activity("state = 'active'") == 0);
    }
  }

  @Test
  void aClientThatDoesNotReadMayFinishItsStatementButNotForEver() throws Exception {
    try (RawClient slow = RawClient.open(gate.port(), "database", shop.database().name())) {
      slow.query(LARGE).send();
      awaitBlocked();
      Bundle revoked = shop.bundle().revoked("over");
      gate.grant().apply(revoked);
      Session session = gate.grant().sessions().open().iterator().next();
      session.keepWithin(revoked.sessions(), System.nanoTime());
      assertThat(gate.grant().sessions().count()).isEqualTo(1);
      session.keepWithin(revoked.sessions(), System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
      await().until(() -> gate.grant().sessions().count() == 0);
    }
  }

  @Test
  void whatAClientLeftBehindIsCancelled() throws Exception {
    try (RawClient leaving = RawClient.open(gate.port(), "database", shop.database().name())) {
      leaving.query(LARGE).send();
      awaitBlocked();
    }
    await().until(() -> gate.statements().size() == 1);
    Event event = gate.statements().getFirst();
    assertThat(event.outcome()).isEqualTo(Event.Outcome.FAILED);
    assertThat(event.sqlState()).isEqualTo("57014");
    await().until(() -> gate.grant().sessions().count() == 0);
  }

  private void awaitBlocked() {
    await().until(() -> activity("wait_event = 'ClientWrite'") == 1);
  }

  private int activity(String condition) throws SQLException {
    try (Connection connection = shop.database().connect(shop.database().superuser());
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND pid <> pg_backend_pid() AND "
                    + condition);
        ResultSet result = statement.executeQuery()) {
      assertThat(result.next()).isTrue();
      return result.getInt(1);
    }
  }
}

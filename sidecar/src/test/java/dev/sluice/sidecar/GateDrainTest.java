package dev.sluice.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of sessions when a gate is told to end. */
class GateDrainTest {
  @TempDir private Path directory;
  private GovernedShop shop;
  private TestControlPlane control;

  @BeforeEach
  void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
    control = new TestControlPlane(directory);
    control.put(shop.bundle());
    control.credentials("shop/orders", () -> shop.credential("a"));
  }

  @AfterEach
  void close() {
    control.close();
  }

  @Test
  void transactionsComeToTheirEndAndIdleSessionsDoNotWait() throws Exception {
    Gate gate = ready("--grace", "60");
    try (Connection idle = connect(gate);
        Connection working = connect(gate)) {
      working.setAutoCommit(false);
      execute(working, "INSERT INTO orders(note) VALUES ('first')");
      CompletableFuture<Void> ended = CompletableFuture.runAsync(gate::close);
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> execute(idle, "SELECT 1"))
                      .hasStackTraceContaining("SLU-G11"));
      assertThat(ended).isNotDone();
      execute(working, "INSERT INTO orders(note) VALUES ('second')");
      execute(working, "SAVEPOINT s");
      execute(working, "INSERT INTO orders(note) VALUES ('third')");
      working.commit();
      ended.join();
      assertThatThrownBy(() -> execute(working, "SELECT 1")).hasStackTraceContaining("SLU-G11");
    }
    assertThat(orders("'first', 'second', 'third'")).isEqualTo(3);
    assertThat(control.events())
        .filteredOn(event -> event.type() == Event.Type.SESSION_CLOSED)
        .extracting(Event::code)
        .containsExactly("SLU-G11", "SLU-G11");
  }

  @Test
  void transactionsThatTakeTooLongAreRolledBack() throws Exception {
    Gate gate = ready("--grace", "5");
    try (Connection working = connect(gate)) {
      working.setAutoCommit(false);
      execute(working, "INSERT INTO orders(note) VALUES ('first')");
      gate.close();
      assertThatThrownBy(working::commit).hasStackTraceContaining("SLU-G11");
    }
    assertThat(orders("'first'")).isZero();
  }

  private long orders(String notes) throws SQLException {
    try (Connection connection = shop.database().connect(shop.database().superuser());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM orders WHERE note IN (%s)".formatted(notes))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void execute(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  private Gate ready(String... flags) throws IOException {
    Gate gate =
        new Gate(
            control.settings(directory, flags),
            Clock.systemUTC(),
            Thread.ofPlatform().daemon().factory(),
            _ -> {});
    await().until(() -> gate.hindrance().isEmpty());
    return gate;
  }

  private Connection connect(Gate gate) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=app"
            .formatted(gate.ports().getFirst(), shop.database().name()));
  }
}

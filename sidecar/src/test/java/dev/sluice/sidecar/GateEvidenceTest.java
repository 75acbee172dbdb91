package dev.sluice.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.FreePorts;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.control.Problem;
import dev.sluice.policy.event.Event;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gate keeps of evidence, and what it goes on doing, when something is in the way. */
class GateEvidenceTest {
  private static final Problem AWAY =
      new Problem("Busy", 503, "SLU-C08", "the ledger is away", "wait");

  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();
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
  void aGrantEndsThoughTheSpoolIsFull() throws Exception {
    try (Gate gate = ready(log::add, "--spool-limit", "65536", "--grace", "0")) {
      control.refuseEvents(AWAY);
      CompletableFuture<Void> application =
          CompletableFuture.runAsync(
              () -> {
                try (Connection connection = connect(gate);
                    Statement statement = connection.createStatement()) {
                  while (!Thread.currentThread().isInterrupted()) {
                    statement.execute("SELECT count(*) FROM orders");
                  }
                } catch (SQLException failure) {
                  throw new IllegalStateException(failure);
                }
              });
      awaitLog("statements wait");

      control.put(
          TestBundles.withRules(
              shop.bundle(),
              new Bundle.Rule("b/no-drop", "no-drop", RuleOutcome.DENY, false, "", null)));
      awaitLog("revision r1x, is in force");
      control.put(shop.bundle().revoked("taken back"));
      awaitLog("is in force: REVOKED");

      control.refuseEvents(null);
      assertThatThrownBy(application::join).hasStackTraceContaining("SLU-G01");
      await()
          .untilAsserted(
              () ->
                  assertThat(control.events())
                      .filteredOn(event -> event.type() == Event.Type.BUNDLE_APPLIED)
                      .hasSize(3));
    }
  }

  @Test
  void whatRunsWhenTheGateEndsIsInTheEvidence() throws Exception {
    Gate gate = ready(log::add);
    CompletableFuture<Void> application;
    try (gate) {
      application =
          CompletableFuture.runAsync(
              () -> {
                try (Connection connection = connect(gate);
                    Statement statement = connection.createStatement()) {
                  statement.execute("SELECT pg_sleep(300)");
                } catch (SQLException failure) {
                  throw new IllegalStateException(failure);
                }
              });
      await().until(this::isSleeping);
    }
    assertThatThrownBy(application::join).hasStackTraceContaining("SLU-G11");
    assertThat(control.events())
        .filteredOn(event -> String.valueOf(event.statement()).contains("pg_sleep"))
        .extracting(Event::outcome)
        .containsExactly(Event.Outcome.FAILED);
    assertThat(control.events())
        .extracting(Event::type)
        .contains(Event.Type.SESSION_CLOSED)
        .last()
        .isNotEqualTo(Event.Type.SESSION_OPENED);
  }

  @Test
  void whatIsNotPostedInTheEndIsTold() throws Exception {
    try (Gate gate = ready(log::add, "--grace", "0")) {
      control.refuseEvents(AWAY);
      connect(gate).close();
      awaitLog("stay in the spool");
    }
    assertThat(log).anyMatch(line -> line.matches("[2-9] events were not posted: .*"));
  }

  @Test
  void aGateWhoseThreadHasEndedIsNotAlive() throws Exception {
    Consumer<String> fatal =
        line -> {
          log.add(line);
          if (line.contains("revision r1t")) {
            throw new AssertionError("a fault that ends the thread");
          }
        };
    try (Gate gate = ready(fatal)) {
      assertThat(status(gate)).isEqualTo(200);
      control.put(TestBundles.withTarget(shop.bundle(), shop.bundle().target()));
      await().dontCatchUncaughtExceptions().until(() -> status(gate) == 503);
    }
  }

  @Test
  void longTextsOfManySessionsDoNotEndTheGate() throws Exception {
    int port = FreePorts.next();
    Process gate =
        control.gate(
            port,
            directory.resolve("spool"),
            "-Xmx24m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError");
    try {
      String url =
          "jdbc:postgresql://127.0.0.1:%d/%s?user=app".formatted(port, shop.database().name());
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(
              () -> {
                DriverManager.getConnection(url).close();
                return true;
              });
      List<CompletableFuture<Void>> loads = new ArrayList<>();
      for (int number = 0; number < 50; number++) {
        // Just below what is parsed, and just below what was held once.
        String row = "('%s'),".formatted("x".repeat(500 + number));
        int bytes = number % 5 > 0 ? 250 * 1024 : 1000 * 1024;
        String rows = row.repeat(bytes / row.length());
        String text = "INSERT INTO orders(note) VALUES " + rows.substring(0, rows.length() - 1);
        loads.add(
            CompletableFuture.runAsync(() -> load(url, text), task -> new Thread(task).start()));
      }
      loads.forEach(CompletableFuture::join);
      assertThat(gate.isAlive()).isTrue();
    } finally {
      gate.destroyForcibly();
    }
  }

  private static void load(String url, String text) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (int round = 0; round < 5; round++) {
        statement.execute(text + ", ('round %d')".formatted(round));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private boolean isSleeping() throws SQLException {
    try (Connection connection = shop.database().connect(shop.database().superuser());
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND state = 'active' AND wait_event = 'PgSleep'")) {
      rows.next();
      return rows.getInt(1) == 1;
    }
  }

  private Gate ready(Consumer<String> sentences, String... flags) throws IOException {
    Gate gate =
        new Gate(
            control.settings(directory, flags),
            Clock.systemUTC(),
            Thread.ofPlatform().daemon().factory(),
            sentences);
    await().until(() -> gate.hindrance().isEmpty());
    return gate;
  }

  private Connection connect(Gate gate) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=app"
            .formatted(gate.ports().getFirst(), shop.database().name()));
  }

  private void awaitLog(String part) {
    await().until(() -> log.stream().anyMatch(line -> line.contains(part)));
  }

  private static int status(Gate gate) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:%d/live".formatted(gate.healthPort()))
                .toURL()
                .openConnection();
    return connection.getResponseCode();
  }
}

package dev.sluice.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.FreePorts;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.bundle.EvidencePolicy.BindValues;
import dev.sluice.policy.bundle.EvidencePolicy.Fsync;
import dev.sluice.policy.bundle.EvidencePolicy.WhenFull;
import dev.sluice.policy.control.Problem;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.EventChain;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the events of a real gate that is killed, and of one whose spool is full. */
class GateSpoolTest {
  private static final Problem AWAY =
      new Problem("Busy", 503, "SLU-C08", "the ledger is away", "wait");

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
  void whatAKilledGateAnsweredIsPostedByTheNextOne() throws Exception {
    int port = FreePorts.next();
    Path spool = directory.resolve("spool");
    AtomicInteger answered = new AtomicInteger();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    Process gate = gate(port, spool);
    try {
      control.refuseEvents(AWAY);
      for (int client = 0; client < 4; client++) {
        clients.add(CompletableFuture.runAsync(() -> askUntilItEnds(port, answered)));
      }
      await().atMost(Duration.ofMinutes(1)).until(() -> answered.get() >= 400);
      // SIGKILL, in the midst of it.
      gate.toHandle().destroyForcibly();
      gate.waitFor();
      clients.forEach(CompletableFuture::join);
    } finally {
      gate.destroyForcibly();
    }
    control.refuseEvents(null);
    Process next = gate(port, spool);
    try {
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(questions()).hasSizeGreaterThanOrEqualTo(answered.get()));
    } finally {
      next.destroyForcibly();
    }
    assertThat(questions()).hasSizeBetween(answered.get(), answered.get() + clients.size());
    assertChained(control.events());
  }

  @Test
  void aGateThatMayDropGoesOnAndTellsHowManyEventsAreMissing() throws Exception {
    control.put(
        TestBundles.withEvidence(
            shop.bundle(),
            new EvidencePolicy(BindValues.NONE, Fsync.EVERY_SECOND, WhenFull.DROP, null)));
    try (Gate gate =
        new Gate(
            control.settings(directory, "--spool-limit", "65536", "--grace", "0"),
            Clock.systemUTC(),
            Thread.ofPlatform().daemon().factory(),
            _ -> {})) {
      await().until(() -> gate.hindrance().isEmpty());
      control.refuseEvents(AWAY);
      int asked = 300;
      try (Connection connection = connect(gate.ports().getFirst());
          Statement statement = connection.createStatement()) {
        for (int number = 0; number < asked; number++) {
          statement.execute("SELECT id FROM orders WHERE id = 7");
        }
      }
      control.refuseEvents(null);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> control.events().stream().anyMatch(event -> event.lost() != null));
      List<Event> losses = control.events().stream().filter(event -> event.lost() != null).toList();
      assertThat(losses)
          .allSatisfy(
              loss -> {
                assertThat(loss.type()).isEqualTo(Event.Type.EVENTS_LOST);
                assertThat(loss.access()).isEqualTo("shop/orders");
                assertThat(loss.lostSince()).isBeforeOrEqualTo(loss.time());
              });
      // The end of the session may be among them.
      long lost = losses.stream().mapToLong(loss -> Objects.requireNonNull(loss.lost())).sum();
      assertThat(questions().size() + lost).isBetween((long) asked, asked + 1L);
      assertThat(lost).isPositive();
      assertChained(control.events());
    }
  }

  private Process gate(int port, Path spool) throws IOException {
    Process gate = control.gate(port, spool, "-Xmx64m", "-XX:+UseSerialGC");
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () -> {
              connect(port).close();
              return true;
            });
    return gate;
  }

  private void askUntilItEnds(int port, AtomicInteger answered) {
    try (Connection connection = connect(port);
        Statement statement = connection.createStatement()) {
      while (true) {
        statement.execute("SELECT id FROM orders WHERE id = 7");
        answered.incrementAndGet();
      }
    } catch (SQLException end) {
      // The gate was killed.
    }
  }

  private Connection connect(int port) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=app".formatted(port, shop.database().name()));
  }

  private List<Event> questions() {
    return control.events().stream()
        .filter(event -> String.valueOf(event.statement()).startsWith("SELECT id FROM orders"))
        .filter(event -> event.rows() == 1)
        .toList();
  }

  private static void assertChained(List<Event> events) {
    CanonicalEvent canonical = new CanonicalEvent();
    Map<String, Event> last = new HashMap<>();
    for (Event event : events) {
      Event before = last.put(event.chain(), event);
      assertThat(event.previousHash()).isEqualTo(before == null ? EventChain.START : before.hash());
      assertThat(canonical.isIntact(event)).isTrue();
    }
  }
}

package dev.sluice.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.FreePorts;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.control.Problem;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gate that is killed again and again, while its control plane is away, and what is left of its
 * evidence.
 */
class GateLivesTest {
  private static final int LIVES = 3;
  private static final int CLIENTS = 4;

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
  void whatWasAnsweredIsPostedByALaterLife() throws Exception {
    int port = FreePorts.next();
    Set<String> answered = new HashSet<>();
    for (int life = 0; life < LIVES; life++) {
      control.refuse(null);
      Process gate = control.gate(port, directory.resolve("spool"));
      try {
        awaitServed(port);
        control.refuse(new Problem("Busy", 503, "SLU-X", "the ledger is away", "wait"));
        answered.addAll(statementsUntilKilled(port, gate, life));
      } finally {
        gate.destroyForcibly().waitFor();
      }
    }
    assertThat(answered).hasSizeGreaterThanOrEqualTo(LIVES * CLIENTS);
    control.refuse(null);
    Process last = control.gate(port, directory.resolve("spool"));
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(posted()).containsAll(answered));
    } finally {
      last.destroyForcibly().waitFor();
    }
    // Each life has a chain of its own.
    Map<String, List<Event>> lives =
        control.events().stream().collect(Collectors.groupingBy(Event::chain));
    assertThat(lives).hasSizeGreaterThanOrEqualTo(LIVES);
    lives.values().forEach(GateLivesTest::assertChained);
  }

  /**
   * The aliases of all statements whose answers came before the gate was killed in the middle of
   * others.
   */
  private Set<String> statementsUntilKilled(int port, Process gate, int life) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<String>>> clients = new ArrayList<>();
      List<String> answers = Collections.synchronizedList(new ArrayList<>());
      for (int client = 0; client < CLIENTS; client++) {
        String name = "life_%d_client_%d_".formatted(life, client);
        clients.add(threads.submit(() -> statements(port, name, answers)));
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> answers.size() >= 200);
      gate.destroyForcibly();
      Set<String> all = new HashSet<>();
      for (Future<List<String>> client : clients) {
        all.addAll(client.get());
      }
      return all;
    }
  }

  private List<String> statements(int port, String name, List<String> answers) {
    List<String> own = new ArrayList<>();
    try (Connection connection = connect(port);
        Statement statement = connection.createStatement()) {
      while (true) {
        String alias = name + own.size();
        statement.executeQuery("SELECT id AS %s FROM orders LIMIT 1".formatted(alias)).close();
        own.add(alias);
        answers.add(alias);
      }
    } catch (SQLException _) {
      // It was killed.
      return own;
    }
  }

  private Set<String> posted() {
    Set<String> posted = new HashSet<>();
    for (Event event : control.events()) {
      if (event.type() == Event.Type.STATEMENT && event.statement() != null) {
        for (String word : event.statement().split(" ", -1)) {
          if (word.startsWith("life_")) {
            posted.add(word);
          }
        }
      }
    }
    return posted;
  }

  private static void assertChained(List<Event> events) {
    CanonicalEvent canonical = new CanonicalEvent();
    String previous = "0".repeat(64);
    for (Event event : events) {
      assertThat(event.previousHash()).isEqualTo(previous);
      assertThat(canonical.isIntact(event)).isTrue();
      previous = event.hash();
    }
  }

  private void awaitServed(int port) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              try (Connection connection = connect(port);
                  ResultSet row = connection.createStatement().executeQuery("SELECT 1")) {
                return row.next();
              }
            });
  }

  private Connection connect(int port) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=app".formatted(port, shop.database().name()));
  }
}

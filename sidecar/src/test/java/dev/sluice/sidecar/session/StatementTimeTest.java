package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time limit of the grant, for what is no ordinary statement. */
class StatementTimeTest {
  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @BeforeEach
  void open() {
    gate =
        new TestGate(
            shop, TestBundles.withSessions(shop.bundle(), new Bundle.SessionLimits(9, 0, 1, null)));
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void aSettingOfTheSessionsDoesNotChangeIt() throws IOException {
    try (RawClient client = client()) {
      client.query("SET statement_timeout = 0").query("SELECT pg_sleep(64)").send();
      assertThat(client.untilReady()).contains("C SET");
      assertThat(ended(client)).containsExactly("T", "E 57014", "Z I");
    }
  }

  @Test
  void itHoldsForACopy() throws IOException {
    try (RawClient client = client()) {
      client.query("COPY (SELECT pg_sleep(65)) TO STDOUT").send();
      assertThat(ended(client)).containsExactly("H", "E 57014", "Z I");
    }
  }

  @Test
  void itHoldsForEachPieceOfAPortal() throws IOException {
    try (RawClient client = client()) {
      client
          .parse(
              "",
              "SELECT n, pg_sleep(CASE n WHEN 3 THEN 66 ELSE 0 END) FROM generate_series(1, 4) n")
          .bind("", "")
          .execute("", 2)
          .execute("", 2)
          .empty('S')
          .send();
      assertThat(ended(client)).startsWith("1", "2").contains("s").endsWith("E 57014", "Z I");
    }
  }

  /** The answers, while the gate looks at its limits now and then. */
  private List<String> ended(RawClient client) {
    CompletableFuture<List<String>> answers =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return client.untilReady();
              } catch (IOException failure) {
                throw new CompletionException(failure);
              }
            },
            task -> Thread.ofVirtual().start(task));
    await()
        .untilAsserted(
            () -> {
              gate.entrance().keepWithinLimits();
              assertThat(answers).isDone();
            });
    return answers.join();
  }

  private RawClient client() throws IOException {
    return RawClient.open(gate.port(), "database", shop.database().name());
  }
}

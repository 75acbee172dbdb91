package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Rule;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.bundle.RuleLimit;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import dev.sluice.sidecar.postgres.ServerMessage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits of rules on the time that statements take, and on how many run at one time. */
class StatementLimitTest {
  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @BeforeEach
  void open() {
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void aStatementThatTakesTooLongIsCancelled() throws IOException {
    limit(new RuleLimit(null, 1200L, null), 0);
    try (RawClient client = client()) {
      client.query("SELECT pg_sleep(64)").send();
      ServerMessage error = error(client);
      assertThat(error.sqlState()).isEqualTo("57014");
      assertThat(error.message())
          .isEqualTo(
              "stopped by the rule \"b/all\": longer than 1.2 s: SELECT matches the rule b/all"
                  + " [SLU-S27]");
      assertThat(client.untilReady()).containsExactly("Z I");
      client.query("SELECT 1").send();
      assertThat(client.untilReady()).contains("D 1");
    }
    assertThat(gate.statements().getFirst())
        .satisfies(
            event -> {
              assertThat(event.outcome()).isEqualTo(Event.Outcome.FAILED);
              assertThat(event.rule()).isEqualTo("b/all");
              assertThat(event.code()).isEqualTo("SLU-S27");
              assertThat(event.sqlState()).isEqualTo("57014");
            });
  }

  @Test
  void theGrantsLimitHoldsWhereItIsSmaller() throws IOException {
    limit(new RuleLimit(null, 60_000L, null), 1);
    try (RawClient client = client()) {
      client.parse("", "SELECT pg_sleep(65)").bind("", "").execute("", 0).empty('S').send();
      assertThat(error(client).message()).contains("SLU-G13");
    }
  }

  @Test
  void oneTooManyIsRefusedUntilAnotherEnds() throws IOException {
    limit(new RuleLimit(null, null, 1), 0);
    try (RawClient first = new RawClient(gate.port());
        RawClient second = client()) {
      first.startup("database", shop.database().name());
      byte[] key = first.untilKey();
      first.query("SELECT pg_sleep(67)").send();
      await().until(() -> shop.running("pg_sleep(67)") == 1);

      second.query("SELECT 1").send();
      ServerMessage error = second.read().error();
      assertThat(error.sqlState()).isEqualTo("53400");
      assertThat(error.message())
          .isEqualTo(
              "refused by the rule \"b/all\": more than 1 at one time: SELECT matches the rule"
                  + " b/all [SLU-S28]");
      assertThat(error.hint()).startsWith("Try again");
      assertThat(second.untilReady()).containsExactly("Z I");
      second.parse("", "SELECT 1").bind("", "").execute("", 0).empty('S').send();
      assertThat(second.untilReady()).containsExactly("1", "2", "E 53400", "Z I");

      RawClient.cancel(gate.port(), key);
      assertThat(first.untilReady()).containsExactly("T", "E 57014", "Z I");
      second.query("SELECT 1").send();
      assertThat(second.untilReady()).contains("D 1");
      assertThat(count()).isZero();
    }
    assertThat(gate.statements())
        .filteredOn(event -> event.outcome() == Event.Outcome.DENIED)
        .hasSize(2)
        .allSatisfy(event -> assertThat(event.code()).isEqualTo("SLU-S28"));
  }

  @Test
  void aSessionMayPipelineWhatItsServerRunsOneByOne() throws IOException {
    limit(new RuleLimit(null, null, 1), 0);
    try (RawClient client = client()) {
      client.parse("", "SELECT 1").bind("", "").execute("", 0).bind("", "").execute("", 0);
      client.empty('S').query("SELECT 2").send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "D 1", "C SELECT 1", "2", "D 1", "C SELECT 1", "Z I");
      assertThat(client.untilReady()).contains("D 2");
      assertThat(count()).isZero();
    }
  }

  @Test
  void whatFailsIsSkippedOrIsLostCountsNoMore() throws IOException, SQLException {
    limit(new RuleLimit(3L, null, 1), 0);
    try (RawClient client = client()) {
      client.query("SELECT 1 / 0").send();
      client.untilReady();
      assertThat(count()).isZero();
      client.parse("", "SELECT 1 / 0").bind("", "").execute("", 0);
      client.parse("", "SELECT 1").bind("", "").execute("", 0).empty('S').send();
      client.untilReady();
      assertThat(count()).isZero();
      client.query("SELECT generate_series(1, 4)").send();
      client.untilReady();
      assertThat(count()).isZero();
      client.query("SELECT pg_sleep(68)").send();
      await().until(() -> shop.running("pg_sleep(68)") == 1);
      assertThat(count()).isOne();
      shop.asSuperuser(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE query LIKE '%pg_sleep(68)' AND datname = current_database()");
      assertThat(client.untilReady()).endsWith("end");
    }
    await().until(() -> count() == 0);
    try (RawClient client = client()) {
      // A message behind that cannot be read, so that what stands before is never sent.
      client.parse("", "SELECT 1").bind("", "").execute("", 0).empty('?').send();
      client.untilReady();
    }
    await().until(() -> count() == 0);
  }

  private int count() {
    return gate.grant().running().count("b/all");
  }

  /** The first error, while the gate looks at its limits now and then. */
  private ServerMessage error(RawClient client) {
    CompletableFuture<ServerMessage> error =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                RawClient.Answer answer = client.read();
                while (answer.type() != 'E') {
                  answer = client.read();
                }
                return answer.error();
              } catch (IOException failure) {
                throw new CompletionException(failure);
              }
            },
            task -> Thread.ofVirtual().start(task));
    await()
        .untilAsserted(
            () -> {
              gate.entrance().keepWithinLimits();
              assertThat(error).isDone();
            });
    return error.join();
  }

  private void limit(RuleLimit limit, long seconds) {
    Bundle bundle =
        TestBundles.withSessions(shop.bundle(), new Bundle.SessionLimits(9, 0, seconds, null));
    gate.grant()
        .apply(
            TestBundles.withRules(
                bundle,
                new Rule("b/all", "", RuleOutcome.LIMIT, false, "", TestRules.ALWAYS, limit)));
  }

  private RawClient client() throws IOException {
    return RawClient.open(gate.port(), "database", shop.database().name());
  }
}

package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server skips after an error has not happened, for the gate as well. */
class SkippedMessagesTest {
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
  void aPipelineOfAnyLengthMayFailAtItsBeginning() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("s", "INSERT INTO orders(id) VALUES (1)");
      for (int row = 0; row < 40_000; row++) {
        client.bind("", "s").describe('P', "").execute("", 0);
      }
      client.empty('S').query("SELECT 'after'");
      CompletableFuture<RawClient> sent = inBackground(client);
      assertThat(client.untilReady()).containsExactly("1", "2", "n", "E 23505", "Z I");
      assertThat(client.untilReady()).containsExactly("T", "D after", "C SELECT 1", "Z I");
      sent.join();
    }
  }

  @Test
  void aPipelineOfAnyLengthMaySucceed() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("s", "SELECT 1 WHERE false");
      for (int row = 0; row < 40_000; row++) {
        client.bind("", "s").execute("", 0);
      }
      client.empty('S');
      CompletableFuture<RawClient> sent = inBackground(client);
      assertThat(client.untilReady()).hasSize(80_002).endsWith("C SELECT 0", "Z I");
      sent.join();
    }
  }

  @Test
  void aStatementWhoseCloseWasSkippedIsStillThere() throws IOException {
    gate.grant().apply(withNoMassDelete());
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("s", "SELECT 'kept'").empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "Z I");
      client.parse("", "SELEC").closing('S', "s").parse("s", "SELECT 'never'").empty('S').send();
      assertThat(client.untilReady()).containsExactly("E 42601", "Z I");
      client.bind("", "s").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("2", "D kept", "C SELECT 1", "Z I");
    }
    assertThat(gate.statements().getLast())
        .satisfies(
            event -> {
              assertThat(event.kind()).isEqualTo("SELECT");
              assertThat(event.statement()).isEqualTo("SELECT $1");
            });
  }

  @Test
  void skippedStatementsAreUndoneFromTheLastToTheFirst() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("s", "SELECT 'kept' AS kept").empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "Z I");
      client
          .parse("", "SELEC")
          .closing('S', "s")
          .parse("s", "SELECT 'never' AS never")
          .closing('S', "s")
          .parse("s", "SELECT 'nor this' AS nor")
          .empty('S')
          // Read while all of these are under way, and refused by the server: s is still there.
          .parse("s", "SELECT 'nor that' AS that")
          .empty('S')
          .send();
      assertThat(client.untilReady()).containsExactly("E 42601", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42P05", "Z I");
      client.bind("", "s").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("2", "D kept", "C SELECT 1", "Z I");
    }
    assertThat(gate.statements().getLast().statement()).isEqualTo("SELECT $1 AS kept");
  }

  @Test
  void aQueryThatWasSkippedLeavesTheUnnamedStatement() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("", "SELECT 'kept' AS kept").empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "Z I");
      client.bind("", "missing").query("SELECT 'never'").empty('S').send();
      assertThat(client.untilReady()).containsExactly("E 26000", "Z I");
      client.bind("", "").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("2", "D kept", "C SELECT 1", "Z I");
    }
    assertThat(gate.statements().getLast().statement()).isEqualTo("SELECT $1 AS kept");
  }

  @Test
  void aStatementThatTheGateDoesNotKnowIsDecidedAndRecorded() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("PREPARE hidden AS SELECT 'ran'").send();
      assertThat(client.untilReady()).containsExactly("C PREPARE", "Z I");
      client.bind("", "hidden").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("2", "D ran", "C SELECT 1", "Z I");
      assertThat(gate.statements().getLast())
          .satisfies(
              event -> {
                assertThat(event.kind()).isEqualTo("UNKNOWN");
                assertThat(event.rows()).isEqualTo(1);
              });
      gate.grant()
          .apply(
              TestBundles.withRules(
                  shop.bundle(),
                  new Bundle.Rule(
                      "b/no-unknown", "no-unknown", RuleOutcome.DENY, false, "", null)));
      client.bind("", "hidden").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("2", "E 42501", "Z I");
    }
    assertThat(gate.statements().getLast())
        .satisfies(
            event -> {
              assertThat(event.kind()).isEqualTo("UNKNOWN");
              assertThat(event.outcome()).isEqualTo(Event.Outcome.DENIED);
              assertThat(event.rule()).isEqualTo("b/no-unknown");
            });
  }

  @Test
  void aNameThatSqlTookOverIsNotTheOlderStatement() throws IOException {
    gate.grant().apply(withNoMassDelete());
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("s", "SELECT 'older'").empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "Z I");
      client
          .query("DEALLOCATE s; PREPARE s AS SELECT 'newer'; SELECT 1/0")
          .bind("", "s")
          .execute("", 0)
          .empty('S')
          .send();
      assertThat(client.untilReady())
          .containsExactly("C DEALLOCATE", "C PREPARE", "E 22012", "Z I");
      assertThat(client.untilReady()).containsExactly("2", "D newer", "C SELECT 1", "Z I");
    }
    assertThat(gate.statements().getLast().kind()).isEqualTo("UNKNOWN");
  }

  @Test
  void namesThatSqlRemovesAreForgotten() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      for (String removal : new String[] {"DEALLOCATE ALL", "DISCARD ALL", "DEALLOCATE n"}) {
        client.parse("n", "SELECT 1").parse("", removal).bind("", "").execute("", 0);
        client.empty('S').query("SELECT 2").send();
        assertThat(client.untilReady()).hasSize(5).endsWith("Z I");
        client.untilReady();
        assertThat(gate.grant().sessions().all())
            .singleElement()
            .satisfies(session -> assertThat(session.prepared().size()).isZero());
      }
    }
  }

  private static Bundle withNoMassDelete() {
    return TestBundles.withRules(
        shop.bundle(),
        new Bundle.Rule("b/no-mass-delete", "no-mass-delete", RuleOutcome.DENY, false, "", null));
  }

  private static CompletableFuture<RawClient> inBackground(RawClient client) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return client.send();
          } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
          }
        },
        Executors.newVirtualThreadPerTaskExecutor());
  }
}

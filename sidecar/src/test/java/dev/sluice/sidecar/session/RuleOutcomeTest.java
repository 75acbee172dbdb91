package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle.Rule;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import dev.sluice.sidecar.postgres.ServerMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a statement and of its connection when a rule matches. */
class RuleOutcomeTest {
  private static final String COUNT = "SELECT count(*) FROM orders";
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1; DELETE FROM orders; SELECT 2",
        "UPDATE orders SET id = id + 1000 WHERE id = 1; DELETE FROM orders",
        "SELECT 1; WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone",
        "EXPLAIN ANALYZE DELETE FROM orders",
        "DELETE FROM orders WHERE true"
      })
  void aWriteHiddenAmongReadsNeedsAnApprovalAndNothingOfTheMessageRuns(String text)
      throws IOException {
    apply(RuleOutcome.REQUIRE_APPROVAL, false);
    try (RawClient client = client()) {
      client.query(text).send();
      ServerMessage refusal = client.read().error();
      assertThat(refusal.sqlState()).isEqualTo("42501");
      assertThat(refusal.message())
          .startsWith("refused by the rule \"b/no-mass-delete\"")
          .endsWith("which needs an approval [SLU-S13]");
      assertThat(client.untilReady()).containsExactly("Z I");

      client.query(COUNT + " WHERE id <= 100").send();
      assertThat(client.untilReady()).contains("D 100");
    }
    assertThat(gate.statements())
        .filteredOn(event -> event.outcome() == Event.Outcome.DENIED)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.code()).isEqualTo("SLU-S13"));
  }

  @Test
  void aPreparedStatementNeedsAnApprovalAsWell() throws IOException {
    apply(RuleOutcome.REQUIRE_APPROVAL, false);
    try (RawClient client = client()) {
      client.parse("", "DELETE FROM orders").bind("", "").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      client.query(COUNT).send();
      assertThat(client.untilReady()).contains("D 100");
    }
  }

  @ParameterizedTest
  @EnumSource(value = RuleOutcome.class, mode = EnumSource.Mode.EXCLUDE, names = "ALLOW")
  void anObservedRuleRefusesNothingAndSaysWhatItWouldHaveDone(RuleOutcome outcome)
      throws IOException {
    apply(outcome, true);
    try (RawClient client = client()) {
      client.query("BEGIN").send();
      client.untilReady();
      client.query("DELETE FROM orders").send();
      assertThat(client.untilReady()).containsExactly("C DELETE 100", "Z T");
      client.query("ROLLBACK").send();
      client.untilReady();
    }
    String would =
        switch (outcome) {
          case ALLOW -> "nothing is told";
          case WARN -> "would be warned of";
          case LIMIT -> "would be limited";
          case REQUIRE_APPROVAL -> "would need an approval";
          case DENY -> "would be refused";
        };
    assertThat(gate.statements())
        .filteredOn(event -> "DELETE".equals(event.kind()))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.outcome()).isEqualTo(Event.Outcome.WARNED);
              assertThat(event.rule()).isEqualTo("b/no-mass-delete");
              assertThat(event.reason())
                  .isEqualTo(would + ": DELETE without a WHERE removes every row");
            });
  }

  private void apply(RuleOutcome outcome, boolean observe) {
    gate.grant()
        .apply(
            TestBundles.withRules(
                shop.bundle(),
                new Rule("b/no-mass-delete", "no-mass-delete", outcome, observe, "", null)));
  }

  private RawClient client() throws IOException {
    return RawClient.open(gate.port(), "database", shop.database().name());
  }
}

package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of more than ten rows, by the server's own estimate, are refused before they run. */
class BlastRadiusTest {
  private static final String FEW = "UPDATE orders SET note = note WHERE id = 1";
  private static final String MANY = "UPDATE orders SET note = 'changed' WHERE id > 1";
  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() throws SQLException {
    shop = GovernedShop.create(PostgresVersion.V15);
    shop.asSuperuser("ANALYZE orders; ANALYZE customers;");
  }

  @BeforeEach
  void open() {
    gate = new TestGate(shop, shop.bundle());
    rule(RuleOutcome.DENY, false);
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void aChangeOfFewRowsRuns() throws IOException {
    try (RawClient client = client()) {
      client.query(FEW).send();
      assertThat(client.untilReady()).containsExactly("C UPDATE 1", "Z I");
      client.query("SELECT 1; " + FEW + "; " + FEW + " -- the end").send();
      assertThat(client.untilReady())
          .containsExactly("T", "D 1", "C SELECT 1", "C UPDATE 1", "C UPDATE 1", "Z I");
      client.parse("s", FEW).bind("", "s").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "2", "C UPDATE 1", "Z I");
      client.bind("", "s").execute("", 0).empty('S').query("SELECT 1").send();
      assertThat(client.untilReady()).containsExactly("2", "C UPDATE 1", "Z I");
      assertThat(client.untilReady()).contains("D 1");
    }
    assertThat(gate.statements())
        .hasSize(7)
        .allSatisfy(event -> assertThat(event.outcome()).isEqualTo(Event.Outcome.ALLOWED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        MANY,
        "DELETE FROM orders WHERE id > 1",
        "SELECT 1; DELETE FROM orders WHERE id > 1; SELECT 2",
        "WITH gone AS (DELETE FROM orders WHERE id > 1 RETURNING id) SELECT count(*) FROM gone",
        "INSERT INTO orders (note) SELECT name FROM customers",
        "MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DELETE"
      })
  void aChangeOfManyRowsIsRefused(String text) throws IOException {
    try (RawClient client = client()) {
      client.query(text).send();
      ServerMessage refusal = client.read().error();
      assertThat(refusal.sqlState()).isEqualTo("42501");
      assertThat(refusal.message())
          .startsWith("refused by the rule \"b/blast-radius\"")
          .contains("which is more than 10")
          .endsWith("[SLU-S29]");
      assertThat(client.untilReady()).containsExactly("Z I");
      nothingChanged(client);
    }
    assertThat(gate.statements())
        .filteredOn(event -> event.outcome() == Event.Outcome.DENIED)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.code()).isEqualTo("SLU-S29"));
  }

  @Test
  void aBoundValueDecides() throws SQLException {
    try (Connection connection = gate.connect();
        PreparedStatement update =
            connection.prepareStatement("UPDATE orders SET note = note WHERE id <= ?")) {
      for (int round = 0; round < 8; round++) {
        update.setInt(1, 5);
        assertThat(update.executeUpdate()).isEqualTo(5);
        update.setInt(1, 90);
        assertThatThrownBy(update::executeUpdate)
            .isInstanceOfSatisfying(
                SQLException.class,
                failure -> assertThat(failure.getSQLState()).isEqualTo("42501"));
      }
      connection.setAutoCommit(false);
      update.setInt(1, 5);
      assertThat(update.executeUpdate()).isEqualTo(5);
      update.addBatch();
      update.addBatch();
      assertThat(update.executeBatch()).containsExactly(5, 5);
      connection.commit();
    }
  }

  @Test
  void whatWasSentBeforeCountsForTheEstimate() throws IOException {
    try (RawClient client = client()) {
      client.query("CREATE TEMP TABLE t AS SELECT generate_series(1, 50) AS n; ANALYZE t");
      client.query("DELETE FROM t").query("DELETE FROM t WHERE n = 1").send();
      client.untilReady();
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      assertThat(client.untilReady()).containsExactly("C DELETE 1", "Z I");
    }
  }

  @Test
  void aStatementThatFailsFailsAsItDoes() throws IOException {
    String wrong = "UPDATE orders SET nothing = 1";
    try (RawClient client = client()) {
      client.query("BEGIN").query(wrong).query("ROLLBACK").send();
      client.untilReady();
      RawClient.Answer answer = client.read();
      assertThat(answer.brief()).isEqualTo("E 42703");
      assertThat(answer.text()).contains("P19\0");
      assertThat(client.untilReady()).containsExactly("Z E");
      assertThat(client.untilReady()).containsExactly("C ROLLBACK", "Z I");

      // Outside of a transaction it cannot be estimated, so the rule refuses it; the client reads
      // what is wrong with it.
      client.query(wrong).send();
      assertThat(client.untilReady()).containsExactly("E 42703", "Z I");
      client.query(wrong + "; SELECT 1").send();
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      client.query("UPDATE orders SET").send();
      assertThat(client.untilReady()).containsExactly("E 42601", "Z I");
    }
    assertThat(gate.statements())
        .anySatisfy(
            event -> {
              assertThat(event.outcome()).isEqualTo(Event.Outcome.FAILED);
              assertThat(event.sqlState()).isEqualTo("42703");
              assertThat(event.kind()).isEqualTo("UPDATE");
            })
        .anySatisfy(event -> assertThat(event.code()).isEqualTo("SLU-S30"));
  }

  @Test
  void aPipelineThatFailsIsSkippedAsEver() throws IOException {
    try (RawClient client = client()) {
      client.parse("", "SELECT 1 / 0").bind("", "").execute("", 0);
      client.parse("u", FEW).bind("", "u").execute("", 0).empty('S').query("SELECT 1").send();
      assertThat(client.untilReady()).contains("E 22012").endsWith("Z I");
      assertThat(client.untilReady()).contains("D 1");

      client.parse("", FEW).bind("", "").execute("", 0);
      client.parse("", MANY).bind("", "").execute("", 0);
      client.parse("", FEW).bind("", "").execute("", 0).empty('S').query("SELECT 1").send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "C UPDATE 1", "1", "E 42501", "Z I");
      assertThat(client.untilReady()).contains("D 1");
      nothingChanged(client);
    }
  }

  @Test
  void aStatementThatIsRunByItsNameIsEstimatedAsWell() throws IOException {
    try (RawClient client = client()) {
      client.query("PREPARE few AS " + FEW).query("PREPARE many AS " + MANY).send();
      client.untilReady();
      client.untilReady();
      client.query("EXECUTE few").query("EXECUTE many").send();
      assertThat(client.untilReady()).containsExactly("C UPDATE 1", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
    }
  }

  @Test
  void whatCannotBeExplainedIsTakenAsTooMuch() throws IOException {
    try (RawClient client = client()) {
      client.query("BEGIN").query("EXPLAIN ANALYZE " + FEW).send();
      client.untilReady();
      ServerMessage refusal = client.read().error();
      assertThat(refusal.message()).endsWith("could not be estimated [SLU-S30]");
      assertThat(client.untilReady()).containsExactly("Z E");
    }
  }

  @Test
  void theNewestServerTellsTheSame() throws IOException, SQLException {
    GovernedShop newest = GovernedShop.create(PostgresVersion.V18);
    newest.asSuperuser("ANALYZE orders; ANALYZE customers;");
    try (TestGate other = new TestGate(newest, withRule(newest, RuleOutcome.DENY, false));
        RawClient client = RawClient.open(other.port(), "database", newest.database().name())) {
      client.query(FEW).query(MANY).send();
      assertThat(client.untilReady()).containsExactly("C UPDATE 1", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      client.parse("", FEW).bind("", "").execute("", 0).parse("", MANY).bind("", "");
      client.execute("", 0).empty('S').send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "C UPDATE 1", "1", "E 42501", "Z I");
    }
  }

  @Test
  void longTextsAreAskedAboutAsWell() throws IOException {
    String comment = " /*" + "x".repeat(40_000) + "*/";
    try (RawClient client = client()) {
      client.query(FEW + comment).query(MANY + comment).query(FEW + comment).send();
      assertThat(client.untilReady()).containsExactly("C UPDATE 1", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      assertThat(client.untilReady()).containsExactly("C UPDATE 1", "Z I");
      client.query("BEGIN").query("UPDATE orders SET nothing = 1" + comment).send();
      client.untilReady();
      assertThat(client.untilReady()).containsExactly("E 42703", "Z E");
      client.query("ROLLBACK" + comment).query(FEW + comment).send();
      assertThat(client.untilReady()).containsExactly("C ROLLBACK", "Z I");
      assertThat(client.untilReady()).containsExactly("C UPDATE 1", "Z I");
    }
  }

  @Test
  void aWarningIsTold() throws IOException {
    rule(RuleOutcome.WARN, false);
    try (RawClient client = client()) {
      client.query("BEGIN").query(MANY).query("ROLLBACK").send();
      client.untilReady();
      assertThat(client.untilReady()).containsExactly("N", "C UPDATE 99", "Z T");
      client.untilReady();
      client.query("BEGIN").send();
      client.untilReady();
      client.parse("", MANY).bind("", "").execute("", 0).empty('S').query("ROLLBACK").send();
      assertThat(client.untilReady()).containsExactly("1", "2", "N", "C UPDATE 99", "Z T");
      client.untilReady();
    }
  }

  @Test
  void anObservedRuleOnlyTells() throws IOException {
    rule(RuleOutcome.DENY, true);
    try (RawClient client = client()) {
      client.query("BEGIN").query(MANY).query("ROLLBACK").send();
      client.untilReady();
      assertThat(client.untilReady()).containsExactly("C UPDATE 99", "Z T");
      client.untilReady();
    }
    assertThat(gate.statements())
        .anySatisfy(
            event ->
                assertThat(event.reason())
                    .isEqualTo(
                        "would be refused: UPDATE changes rows, about 99 by the server's estimate,"
                            + " which is more than 10"));
  }

  private static void nothingChanged(RawClient client) throws IOException {
    client.query("SELECT count(*) FROM orders WHERE note LIKE 'note%'").send();
    assertThat(client.untilReady()).contains("D 100");
  }

  private void rule(RuleOutcome outcome, boolean observe) {
    gate.grant().apply(withRule(shop, outcome, observe));
  }

  private static Bundle withRule(GovernedShop shop, RuleOutcome outcome, boolean observe) {
    return TestBundles.withRules(
        shop.bundle(),
        new Rule(
            "b/blast-radius",
            "blast-radius",
            outcome,
            observe,
            "",
            null,
            new RuleLimit(10L, null, null)));
  }

  private RawClient client() throws IOException {
    return RawClient.open(gate.port(), "database", shop.database().name());
  }
}

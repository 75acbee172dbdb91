package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.PostgresVersion;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A statement returns three rows at most: the next one and all behind it never reach the client.
 */
class RowLimitTest {
  private static final String THREE = "SELECT n FROM generate_series(1, 3) n";
  private static final String FOUR = "SELECT n FROM generate_series(1, 4) n";
  private static final String ENDLESS = "SELECT generate_series(1, 10000000000) AS n";
  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @BeforeEach
  void open() {
    gate = new TestGate(shop, shop.bundle());
    limit(false);
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void allRowsWithinTheLimitArrive() throws IOException {
    try (RawClient client = client()) {
      client.query(THREE).send();
      assertThat(client.untilReady())
          .containsExactly("T", "D 1", "D 2", "D 3", "C SELECT 3", "Z I");
      client.parse("", THREE).bind("", "").execute("", 0).empty('S').send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "D 1", "D 2", "D 3", "C SELECT 3", "Z I");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {FOUR, ENDLESS})
  void oneRowMoreEndsTheStatement(String text) throws IOException {
    try (RawClient client = client()) {
      client.query(text).send();
      assertThat(client.untilReady()).containsExactly("T", "D 1", "D 2", "D 3", "E 54000", "Z I");
      client.parse("", text).bind("", "").execute("", 0).empty('S').send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "D 1", "D 2", "D 3", "E 54000", "Z I");
      usable(client);
    }
  }

  @Test
  void whatTheClientReadsNamesTheRuleAndTheLimit() throws IOException {
    try (RawClient client = client()) {
      client.query("SELECT n FROM generate_series(1, 4) n WHERE n > 0").send();
      for (int message = 0; message < 4; message++) {
        client.read();
      }
      ServerMessage error = client.read().error();
      assertThat(error.message())
          .isEqualTo(
              "stopped by the rule \"b/all\": more than 3 rows: SELECT matches the rule b/all"
                  + " [SLU-S26]");
      assertThat(error.hint()).isEqualTo("Use the warehouse.");
      client.untilReady();
    }
    assertThat(gate.statements())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.outcome()).isEqualTo(Event.Outcome.FAILED);
              assertThat(event.rule()).isEqualTo("b/all");
              assertThat(event.code()).isEqualTo("SLU-S26");
              assertThat(event.sqlState()).isEqualTo("54000");
              assertThat(event.rows()).isEqualTo(3);
            });
  }

  @Test
  void aTransactionFailsWithIt() throws IOException {
    try (RawClient client = client()) {
      client.query("BEGIN").send();
      client.untilReady();
      client.query(FOUR).send();
      assertThat(client.untilReady()).containsExactly("T", "D 1", "D 2", "D 3", "E 54000", "Z E");
      client.query("SELECT 1").send();
      assertThat(client.untilReady()).containsExactly("E 25P02", "Z E");
      client.query("ROLLBACK").send();
      assertThat(client.untilReady()).containsExactly("C ROLLBACK", "Z I");

      client.query("BEGIN").send();
      client.untilReady();
      client.parse("", FOUR).bind("", "").execute("", 0).empty('S').send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "D 1", "D 2", "D 3", "E 54000", "Z E");
      client.query("ROLLBACK").send();
      client.untilReady();
      usable(client);
    }
  }

  @Test
  void aPipelineFailsAsAWhole() throws IOException {
    try (RawClient client = client()) {
      client.parse("", "INSERT INTO orders(note) VALUES ('before')").bind("", "").execute("", 0);
      client.parse("", FOUR).bind("", "").execute("", 0);
      client.parse("", "INSERT INTO orders(note) VALUES ('behind')").bind("", "").execute("", 0);
      client.empty('S').query("SELECT 'after'").send();
      assertThat(client.untilReady())
          .containsExactly(
              "1", "2", "C INSERT 0 1", "1", "2", "D 1", "D 2", "D 3", "E 54000", "Z I");
      assertThat(client.untilReady()).containsExactly("T", "D after", "C SELECT 1", "Z I");
      client.query("SELECT count(*) FROM orders WHERE note IN ('before', 'behind')").send();
      assertThat(client.untilReady()).contains("D 0");
    }
  }

  @Test
  void whatFollowsAnAnswerIsNotMetByTheCancel() throws IOException {
    try (RawClient client = client()) {
      for (int round = 0; round < 20; round++) {
        client.query(FOUR).query("SELECT 'after'").send();
        assertThat(client.untilReady()).endsWith("E 54000", "Z I");
        assertThat(client.untilReady()).containsExactly("T", "D after", "C SELECT 1", "Z I");
      }
    }
  }

  @Test
  void thePiecesOfAPortalDoNotAddUpToMore() throws IOException {
    try (RawClient client = client()) {
      client.query("BEGIN").send();
      client.untilReady();
      client.parse("", FOUR).bind("p", "").execute("p", 2).empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "2", "D 1", "D 2", "s", "Z T");
      client.execute("p", 2).empty('S').send();
      assertThat(client.untilReady()).containsExactly("D 3", "E 54000", "Z E");
      client.query("ROLLBACK").send();
      client.untilReady();

      client.query("BEGIN").send();
      client.untilReady();
      client.parse("", FOUR).bind("p", "").execute("p", 3).empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "2", "D 1", "D 2", "D 3", "s", "Z T");
    }
  }

  @Test
  void thePiecesOfACursorDoNotEither() throws IOException {
    try (RawClient client = client()) {
      client.query("BEGIN").query("DECLARE c CURSOR FOR " + FOUR).query("FETCH 2 FROM c").send();
      client.untilReady();
      client.untilReady();
      assertThat(client.untilReady()).containsExactly("T", "D 1", "D 2", "C FETCH 2", "Z T");
      client.query("FETCH 2 FROM c").send();
      assertThat(client.untilReady()).containsExactly("T", "D 3", "E 54000", "Z E");

      // One that is made anew has returned nothing yet.
      client.query("ROLLBACK").query("BEGIN; DECLARE c CURSOR FOR " + THREE).send();
      client.untilReady();
      client.untilReady();
      client.parse("", "FETCH 2 FROM c").bind("", "").execute("", 0).bind("", "");
      client.execute("", 0).empty('S').send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "D 1", "D 2", "C FETCH 2", "2", "D 3", "C FETCH 1", "Z T");
    }
  }

  @Test
  void aCopyToTheClientHasNoMoreRowsEither() throws IOException {
    try (RawClient client = client()) {
      client.query("COPY (" + FOUR + ") TO STDOUT").send();
      assertThat(client.untilReady()).containsExactly("H", "d", "d", "d", "E 54000", "Z I");
      client.query("COPY (" + ENDLESS + ") TO STDOUT").send();
      assertThat(client.untilReady()).containsExactly("H", "d", "d", "d", "E 54000", "Z I");
      client.query("COPY (" + THREE + ") TO STDOUT (FORMAT binary)").send();
      assertThat(client.untilReady())
          .containsExactly("H", "d", "d", "d", "d", "c", "C COPY 3", "Z I");
      client.parse("", "COPY (" + FOUR + ") TO STDOUT").bind("", "").execute("", 0).empty('S');
      client.send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "H", "d", "d", "d", "E 54000", "Z I");
      usable(client);
    }
  }

  @Test
  void aCopyFromTheClientGoesOn() throws IOException {
    try (RawClient client = client()) {
      client.query("COPY orders(note) FROM STDIN").send();
      assertThat(client.read().type()).isEqualTo('G');
      client.copyData("copied\n").copyData("copied\n").empty('c').send();
      assertThat(client.untilReady()).containsExactly("C COPY 2", "Z I");
      client
          .parse("", "COPY orders(note) FROM STDIN")
          .bind("", "")
          .execute("", 0)
          .empty('H')
          .send();
      assertThat(client.read().type()).isEqualTo('1');
      assertThat(client.read().type()).isEqualTo('2');
      assertThat(client.read().type()).isEqualTo('G');
      client.copyData("copied\n").empty('c').empty('S').send();
      assertThat(client.untilReady()).containsExactly("C COPY 1", "Z I");
      client.query("DELETE FROM orders WHERE note = 'copied'").send();
      assertThat(client.untilReady()).containsExactly("C DELETE 3", "Z I");
    }
  }

  @Test
  void eachStatementOfAMessageIsCountedByItself() throws IOException {
    try (RawClient client = client()) {
      client.query(THREE + "; " + FOUR + "; SELECT 'behind'").send();
      assertThat(client.untilReady())
          .containsExactly(
              "T", "D 1", "D 2", "D 3", "C SELECT 3", "T", "D 1", "D 2", "D 3", "E 54000", "Z I");
      client.query(FOUR + "; COPY orders(note) FROM STDIN; SELECT 'behind'").send();
      assertThat(client.untilReady()).containsExactly("T", "D 1", "D 2", "D 3", "E 54000", "Z I");
      usable(client);
    }
  }

  @Test
  void rowsThatAreLongerThanEveryBufferAreLeftOutAsWell() throws IOException {
    try (RawClient client = client()) {
      client.query("SELECT repeat('x', 100000) FROM generate_series(1, 40)").send();
      List<String> answers = client.untilReady();
      assertThat(answers).hasSize(6).endsWith("E 54000", "Z I");
      usable(client);
    }
  }

  @Test
  void aChangeWithinATransactionIsRolledBack() throws IOException {
    try (RawClient client = client()) {
      client.query("BEGIN").send();
      client.untilReady();
      client.query("UPDATE orders SET note = 'lost' RETURNING 1").send();
      assertThat(client.untilReady()).containsExactly("T", "D 1", "D 1", "D 1", "E 54000", "Z E");
      client.query("COMMIT").send();
      assertThat(client.untilReady()).containsExactly("C ROLLBACK", "Z I");
      client.parse("", "UPDATE orders SET note = 'lost' RETURNING 1");
      client.bind("", "").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).endsWith("E 54000", "Z I");
      client.query("SELECT count(*) FROM orders WHERE note = 'lost'").send();
      assertThat(client.untilReady()).contains("D 0");
    }
  }

  @Test
  void aDriverHasAConnectionThatIsOfUse() throws SQLException {
    try (Connection connection = gate.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.setFetchSize(2);
      assertThatThrownBy(
              () -> {
                try (ResultSet rows = statement.executeQuery(FOUR)) {
                  while (rows.next()) {
                    rows.getInt(1);
                  }
                }
              })
          .isInstanceOfSatisfying(
              SQLException.class, failure -> assertThat(failure.getSQLState()).isEqualTo("54000"));
      connection.rollback();
      connection.setAutoCommit(true);
      for (int round = 0; round < 10; round++) {
        assertThatThrownBy(() -> statement.executeQuery(FOUR))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("b/all");
        try (ResultSet rows = statement.executeQuery(THREE)) {
          assertThat(rows.next()).isTrue();
        }
      }
    }
  }

  @Test
  void anObservedLimitStopsNothing() throws IOException {
    limit(true);
    try (RawClient client = client()) {
      client.query(FOUR).send();
      assertThat(client.untilReady()).contains("D 4", "C SELECT 4");
    }
    assertThat(gate.statements())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.outcome()).isEqualTo(Event.Outcome.WARNED);
              assertThat(event.reason())
                  .isEqualTo("would be limited: SELECT matches the rule b/all");
            });
  }

  private static void usable(RawClient client) throws IOException {
    client.query("SELECT 'of use'").send();
    assertThat(client.untilReady()).containsExactly("T", "D of use", "C SELECT 1", "Z I");
  }

  private void limit(boolean observe) {
    gate.grant()
        .apply(
            TestBundles.withRules(
                shop.bundle(),
                new Rule(
                    "b/all",
                    "",
                    RuleOutcome.LIMIT,
                    observe,
                    "Use the warehouse.",
                    TestRules.ALWAYS,
                    new RuleLimit(3L, null, null))));
  }

  private RawClient client() throws IOException {
    return RawClient.open(gate.port(), "database", shop.database().name());
  }
}

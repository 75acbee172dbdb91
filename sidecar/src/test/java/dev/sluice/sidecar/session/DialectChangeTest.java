package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle.Rule;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A text that the server may read in another way than it was told of is not trusted. */
class DialectChangeTest {
  private static final String HIDDEN = "SELECT '\\''; DELETE FROM orders; --'";

  private GovernedShop shop;
  private TestGate gate;

  @BeforeEach
  void open() {
    shop = GovernedShop.create(PostgresVersion.V15);
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @ParameterizedTest
  @EnumSource
  void stringsWhoseMeaningChangesOnTheWayAreReadBothWays(PostgresVersion version)
      throws IOException, SQLException {
    gate.close();
    shop = GovernedShop.create(version);
    gate = new TestGate(shop, shop.bundle());
    deny("no-mass-delete");
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("SET standard_conforming_strings = off").query(HIDDEN).send();
      assertThat(client.untilReady()).containsExactly("C SET", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
    }
    assertThat(orders()).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set_config('standard_conforming_strings', 'off', false)",
        "DO $$ BEGIN SET standard_conforming_strings = off; END $$"
      })
  void howeverItIsChanged(String change) throws IOException, SQLException {
    deny("no-mass-delete");
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("", change).bind("", "").execute("", 0).empty('S').query(HIDDEN).send();
      assertThat(client.untilReady()).endsWith("Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
    }
    assertThat(orders()).isEqualTo(100);
  }

  @Test
  void aChangeThatIsTakenBackIsOneToo() throws IOException, SQLException {
    deny("no-mass-delete");
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("SET standard_conforming_strings = off").send();
      client.untilReady();
      client.query("BEGIN; SET LOCAL standard_conforming_strings = on").send();
      assertThat(client.untilReady()).containsExactly("C BEGIN", "C SET", "Z T");
      client.query("ROLLBACK").query(HIDDEN).send();
      assertThat(client.untilReady()).containsExactly("C ROLLBACK", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
    }
    assertThat(orders()).isEqualTo(100);
  }

  @Test
  void whatIsTheSameEitherWayIsNotDisturbed() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client
          .query("SET standard_conforming_strings = off")
          .query("SELECT note FROM orders WHERE note LIKE 'a\\_b'")
          .query(HIDDEN.replace("DELETE FROM orders", "SELECT 2"))
          .send();
      assertThat(client.untilReady()).containsExactly("C SET", "Z I");
      // With a warning of the server's about the backslash.
      assertThat(client.untilReady()).containsExactly("N", "T", "C SELECT 0", "Z I");
      assertThat(client.untilReady()).endsWith("Z I");
      client.query(HIDDEN.replace("DELETE FROM orders", "SELECT 2")).send();
      client.untilReady();
    }
    assertThat(gate.statements())
        .extracting(Event::kind)
        // The third one is not trusted; the fourth one is read as the server has told by then.
        .containsExactly("SET", "SELECT", "UNKNOWN", "UNKNOWN", "SELECT", "SELECT");
  }

  @Test
  void aPipelineWithoutAChangeIsReadAsEver() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("BEGIN").query("SELECT 1 WHERE 'x' LIKE 'x' ESCAPE '\\'").send();
      client.untilReady();
      client.untilReady();
    }
    assertThat(gate.statements()).extracting(Event::kind).containsExactly("TRANSACTION", "SELECT");
  }

  @Test
  void charactersWhoseEncodingChangesOnTheWayAreUnknown() throws IOException, SQLException {
    deny("no-unknown");
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      // In SJIS the second byte of the letter eats the backslash, and the string ends before.
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      text.writeBytes("SELECT E'".getBytes(StandardCharsets.US_ASCII));
      text.writeBytes("\u00c3".getBytes(StandardCharsets.UTF_8));
      text.writeBytes("\\'; DELETE FROM orders; --'\0".getBytes(StandardCharsets.US_ASCII));
      client.query("SET client_encoding = 'SJIS'");
      client.out().begin((byte) 'Q').bytes(text.toByteArray()).end();
      client.send();
      assertThat(client.untilReady()).containsExactly("C SET", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
    }
    assertThat(orders()).isEqualTo(100);
  }

  private void deny(String rule) {
    gate.grant()
        .apply(
            TestBundles.withRules(
                shop.bundle(), new Rule("b/" + rule, rule, RuleOutcome.DENY, false, "", null)));
  }

  private int orders() throws SQLException {
    try (Connection connection = shop.database().connect(shop.database().superuser());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM orders")) {
      assertThat(result.next()).isTrue();
      return result.getInt(1);
    }
  }
}

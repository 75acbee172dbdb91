package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A write goes to the table that its session means, or fails; never to another one. */
class NameScopeTest {
  private GovernedShop shop;
  private TestGate gate;

  @BeforeEach
  void open() throws SQLException {
    shop = GovernedShop.create(PostgresVersion.V15);
    shop.asSuperuser(
        """
        CREATE SCHEMA archive;
        CREATE TABLE archive.customers AS SELECT id, name FROM public.customers;
        GRANT USAGE, CREATE ON SCHEMA archive TO %1$s;
        GRANT SELECT, UPDATE ON archive.customers TO %1$s;
        """
            .formatted(shop.group()));
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended"})
  void aTemporaryTableHidesTheRealOne(String mode) throws SQLException {
    try (Connection connection = gate.connect("&preferQueryMode=" + mode)) {
      execute(connection, "CREATE TEMP TABLE customers AS SELECT 1 AS id, 'own' AS name");
      execute(connection, "UPDATE customers SET name = 'changed'");
      assertThat(one(connection, "SELECT name FROM customers")).isEqualTo("changed");
    }
    assertThat(changed("public")).isEqualTo("0");
  }

  @Test
  void anotherTemporaryTableHidesNothing() throws SQLException {
    try (Connection connection = gate.connect()) {
      execute(connection, "CREATE TEMP TABLE staging AS SELECT 7 AS id, 'changed' AS name");
      execute(
          connection,
          "UPDATE customers SET name = staging.name FROM staging WHERE staging.id = customers.id");
    }
    assertThat(changed("public")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET search_path = archive",
        "SELECT set_config('search_path', 'archive', false)",
        "DO $$ BEGIN SET search_path = archive; END $$"
      })
  void aSearchPathOfTheSessionsOwnIsFollowed(String text) throws SQLException {
    try (Connection connection = gate.connect()) {
      execute(connection, text);
      execute(connection, "UPDATE customers SET name = 'changed'");
    }
    assertThat(changed("public")).isEqualTo("0");
    assertThat(changed("archive")).isEqualTo("100");
  }

  @Test
  void whatIsMadeIsMadeWhereTheSessionSays() throws SQLException {
    gate.grant().apply(TestBundles.withSchemaChanges(shop.bundle()));
    try (Connection connection = gate.connect()) {
      execute(connection, "SET search_path = archive");
      execute(connection, "CREATE TABLE invoices(id int)");
      assertThat(one(connection, "SELECT to_regclass('archive.invoices')::text"))
          .isEqualTo("invoices");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET search_path = archive; UPDATE customers SET name = 'changed'",
        "CREATE TEMP TABLE customers(name text); UPDATE customers SET name = 'changed'"
      })
  void withinOneTextToo(String text) throws SQLException {
    try (Connection connection = gate.connect("&preferQueryMode=simple")) {
      // Seen before by itself, so that a verdict on it is remembered.
      execute(connection, "UPDATE customers SET name = 'changed' WHERE false");
      execute(connection, text);
      execute(connection, "UPDATE customers SET name = 'changed' WHERE false");
    }
    assertThat(changed("public")).isEqualTo("0");
  }

  @Test
  void withinAPipelineToo() throws IOException, SQLException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client
          .parse("", "CREATE TEMP TABLE customers AS SELECT 'own' AS name")
          .bind("", "")
          .execute("", 0)
          .parse("", "UPDATE customers SET name = 'changed'")
          .bind("", "")
          .execute("", 0)
          .empty('S')
          .send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "C SELECT 1", "1", "2", "C UPDATE 1", "Z I");
    }
    assertThat(changed("public")).isEqualTo("0");
  }

  @Test
  void aStatementThatWasPreparedBeforeFollows() throws SQLException {
    try (Connection connection = gate.connect("&prepareThreshold=1");
        PreparedStatement update =
            connection.prepareStatement("UPDATE customers SET name = 'changed' WHERE id = ?")) {
      update.setInt(1, 7);
      assertThat(update.executeUpdate()).isEqualTo(1);
      assertThat(update.executeUpdate()).isEqualTo(1);
      execute(connection, "SELECT set_config('search_path', 'archive', false)");
      update.setInt(1, 8);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
    assertThat(changed("public")).isEqualTo("1");
    assertThat(changed("archive")).isEqualTo("1");
  }

  @Test
  void aSearchPathAtStartupIsFollowedOrRefused() throws SQLException {
    try (Connection connection = gate.connect("&currentSchema=archive")) {
      // The masked view is still the first that is found, and takes no changes.
      assertThatThrownBy(
              () -> execute(connection, "UPDATE customers SET name = 'changed' WHERE id = 7"))
          .hasMessageContaining("permission denied for view customers");
      execute(connection, "SET search_path = archive");
      execute(connection, "UPDATE customers SET name = 'changed' WHERE id = 7");
      execute(connection, "DISCARD ALL");
      assertThatThrownBy(
              () -> execute(connection, "UPDATE customers SET name = 'changed' WHERE id = 7"))
          .hasMessageContaining("permission denied for view customers");
    }
    assertThat(changed("public")).isEqualTo("0");
    assertThat(changed("archive")).isEqualTo("1");
  }

  @Test
  void aSearchPathAtStartupThatIsTheGrantsOwnChangesNothing() throws SQLException {
    try (Connection connection = gate.connect("&currentSchema=public")) {
      execute(connection, "UPDATE customers SET name = 'changed' WHERE id = 7");
    }
    assertThat(changed("public")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DISCARD ALL", "RESET search_path", "RESET ALL"})
  void aSearchPathThatIsGivenBackIsTheGrantsAgain(String text) throws SQLException {
    for (String mode : new String[] {"simple", "extended"}) {
      try (Connection connection = gate.connect("&preferQueryMode=" + mode)) {
        execute(connection, "SET search_path = archive");
        execute(connection, text);
        execute(connection, "UPDATE customers SET name = 'changed' WHERE id = 7");
      }
    }
    assertThat(changed("public")).isEqualTo("1");
    assertThat(changed("archive")).isEqualTo("0");
  }

  @Test
  void aSearchPathThatIsGivenBackInVainIsStillTheSessions() throws SQLException {
    try (Connection connection = gate.connect("&preferQueryMode=simple")) {
      execute(connection, "SET search_path = archive");
      execute(connection, "BEGIN");
      execute(connection, "RESET search_path");
      execute(connection, "ROLLBACK");
      assertThatThrownBy(() -> execute(connection, "BEGIN; DISCARD ALL"))
          .isInstanceOf(SQLException.class);
      execute(connection, "ROLLBACK");
      execute(connection, "UPDATE customers SET name = 'changed' WHERE id = 7");
    }
    assertThat(changed("public")).isEqualTo("0");
    assertThat(changed("archive")).isEqualTo("1");
  }

  @Test
  void temporaryTablesMayBeChangedByTheirFullName() throws SQLException {
    try (Connection connection = gate.connect()) {
      execute(connection, "CREATE TEMP TABLE staging(id int, name text)");
      execute(connection, "CREATE INDEX ON pg_temp.staging(id)");
      execute(connection, "ALTER TABLE pg_temp.staging ADD COLUMN note text");
      execute(connection, "ALTER TABLE pg_temp.staging RENAME TO customers");
      execute(connection, "INSERT INTO customers(name) VALUES ('own')");
      assertThat(one(connection, "SELECT name FROM pg_temp.customers")).isEqualTo("own");
      execute(connection, "DROP TABLE pg_temp.customers");
      assertThatThrownBy(() -> execute(connection, "DROP TABLE pg_temp.customers, orders"))
          .hasMessageContaining("SLU-S01");
    }
  }

  @Test
  void temporaryTablesEndWithDiscardAll() throws SQLException {
    try (Connection connection = gate.connect()) {
      execute(connection, "CREATE TEMP TABLE customers(id int)");
      execute(connection, "DISCARD ALL");
      execute(connection, "UPDATE customers SET name = 'changed' WHERE id = 7");
    }
    assertThat(changed("public")).isEqualTo("1");
  }

  private String changed(String schema) throws SQLException {
    try (Connection connection = shop.database().connect(shop.database().superuser())) {
      return one(
          connection, "SELECT count(*) FROM %s.customers WHERE name = 'changed'".formatted(schema));
    }
  }

  private static void execute(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  private static String one(Connection connection, String text) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(text);
        ResultSet result = statement.executeQuery()) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }
}

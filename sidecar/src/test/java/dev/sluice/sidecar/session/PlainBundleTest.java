package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Under a plain bundle the gate is a proxy that keeps evidence and does nothing else. */
class PlainBundleTest {
  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @BeforeEach
  void open() {
    gate = new TestGate(shop, TestBundles.plain(shop.bundle()));
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void nothingIsRefused() throws SQLException {
    try (Connection connection = gate.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMPORARY TABLE scratch (id int)");
      statement.execute("DO $$ BEGIN PERFORM 1; END $$");
      statement.execute("DROP TABLE scratch");
    }
    await().until(() -> gate.statements().size() >= 3);
  }

  @Test
  void namesAreLeftAsTheyAre() throws SQLException {
    try (Connection connection = gate.connect();
        Statement statement = connection.createStatement()) {
      // A governed session reads the view here, where this one may not read the table.
      statement.execute("SET search_path = public");
      assertThat(failure(statement, "SELECT ssn FROM customers"))
          .isEqualTo("ERROR: permission denied for table customers");
    }
  }

  @Test
  void theRoleIsNotForced() throws SQLException {
    try (Connection connection = gate.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE NONE");
      assertThat(one(connection, "SELECT current_user")).isEqualTo(shop.group() + "_a");
    }
  }

  @Test
  void anyDatabaseAndAnyParameterMayBeAskedFor() throws SQLException {
    String url =
        "jdbc:postgresql://127.0.0.1:%d/postgres?user=app&sslmode=disable&options=%s"
            .formatted(gate.port(), "-c%20role=" + shop.group() + "%20-c%20search_path=pg_catalog");
    try (Connection connection = DriverManager.getConnection(url)) {
      assertThat(one(connection, "SELECT current_database()")).isEqualTo("postgres");
      assertThat(one(connection, "SELECT current_user")).isEqualTo(shop.group());
      assertThat(one(connection, "SHOW search_path")).isEqualTo("pg_catalog");
    }
  }

  private static String failure(Statement statement, String text) {
    try {
      statement.execute(text);
      return "";
    } catch (SQLException failure) {
      return String.valueOf(failure.getMessage());
    }
  }

  private static String one(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(text)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}

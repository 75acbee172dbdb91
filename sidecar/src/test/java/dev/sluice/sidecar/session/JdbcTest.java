package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an application with PostgreSQL's JDBC driver notices of a gate: as little as may be. */
class JdbcTest {
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
  @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
  void masksAndWrites(String mode) throws SQLException {
    try (Connection connection = gate.connect("&prepareThreshold=2&preferQueryMode=" + mode)) {
      for (int round = 0; round < 5; round++) {
        assertThat(one(connection, "SELECT ssn FROM customers WHERE id = 7")).isEqualTo("***7");
        assertThat(one(connection, "SELECT ssn FROM public.customers WHERE id = 8"))
            .isEqualTo("***8");
        assertThat(one(connection, "SELECT row_to_json(c)::text FROM customers c WHERE id = 9"))
            .doesNotContain("CANARY");
      }
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE customers SET name = ? WHERE id = ?")) {
        for (int id = 1; id <= 5; id++) {
          update.setString(1, "changed");
          update.setInt(2, id);
          assertThat(update.executeUpdate()).isEqualTo(1);
        }
      }
      assertThat(one(connection, "SELECT count(*) FROM customers WHERE name = 'changed'"))
          .isEqualTo("5");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "extendedForPrepared"})
  void aRefusalIsLikeAnyFailure(String mode) throws SQLException {
    try (Connection connection = gate.connect("&preferQueryMode=" + mode)) {
      assertThatThrownBy(() -> execute(connection, "DROP TABLE orders"))
          .isInstanceOfSatisfying(
              PSQLException.class,
              failure -> {
                assertThat(failure.getSQLState()).isEqualTo("42501");
                ServerErrorMessage message =
                    Objects.requireNonNull(failure.getServerErrorMessage());
                assertThat(message.getMessage())
                    .isEqualTo(
                        "refused by the rule \"schema-changes\": DROP TABLE is a schema change,"
                            + " and shop/orders has schemaChanges: None [SLU-S01]");
                assertThat(message.getHint()).contains("schemaChanges: Allowed");
                assertThat(message.getDetail()).isNotEmpty();
              });
      assertThat(one(connection, "SELECT count(*) FROM orders")).isEqualTo("100");

      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO orders(note) VALUES ('rolled back')");
      assertThatThrownBy(() -> execute(connection, "TRUNCATE orders; DROP TABLE orders"))
          .isInstanceOf(PSQLException.class);
      assertThatThrownBy(() -> one(connection, "SELECT 1"))
          .isInstanceOfSatisfying(
              PSQLException.class, failure -> assertThat(failure.getSQLState()).isEqualTo("25P02"));
      connection.rollback();
      assertThat(one(connection, "SELECT count(*) FROM orders")).isEqualTo("100");
    }
    assertThat(gate.statements())
        .anySatisfy(
            event -> {
              assertThat(event.outcome()).isEqualTo(Event.Outcome.DENIED);
              assertThat(event.code()).isEqualTo("SLU-S01");
              assertThat(event.rule()).isEqualTo("schema-changes");
              assertThat(event.statement()).isEqualTo("DROP TABLE orders");
              assertThat(event.sqlState()).isEqualTo("42501");
            });
  }

  @Test
  void autosaveGoesOnAfterARefusal() throws SQLException {
    try (Connection connection = gate.connect("&autosave=always")) {
      connection.setAutoCommit(false);
      execute(connection, "UPDATE orders SET note = 'kept' WHERE id = 1");
      assertThatThrownBy(() -> execute(connection, "DROP TABLE orders"))
          .isInstanceOf(PSQLException.class);
      assertThat(one(connection, "SELECT note FROM orders WHERE id = 1")).isEqualTo("kept");
      connection.commit();
      assertThat(one(connection, "SELECT note FROM orders WHERE id = 1")).isEqualTo("kept");
    }
  }

  @Test
  void batchesRunAndFailAsBatches() throws SQLException {
    try (Connection connection = gate.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO orders(customer_id, note) VALUES (?, ?)")) {
      connection.setAutoCommit(false);
      for (int row = 0; row < 3000; row++) {
        insert.setInt(1, row);
        insert.setString(2, "batch");
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(3000).containsOnly(1);
      connection.rollback();
      try (Statement statement = connection.createStatement()) {
        statement.addBatch("INSERT INTO orders(note) VALUES ('first')");
        statement.addBatch("DROP TABLE orders");
        statement.addBatch("INSERT INTO orders(note) VALUES ('never')");
        assertThatThrownBy(statement::executeBatch)
            .isInstanceOf(BatchUpdateException.class)
            .hasMessageContaining("SLU-S01");
      }
      connection.rollback();
      assertThat(one(connection, "SELECT count(*) FROM orders")).isEqualTo("100");
    }
  }

  @Test
  void copiesInAndOut() throws SQLException, IOException {
    try (Connection connection = gate.connect()) {
      connection.setAutoCommit(false);
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      StringBuilder rows = new StringBuilder();
      for (int row = 0; row < 20_000; row++) {
        rows.append(row).append("\tcopied\n");
      }
      byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
      assertThat(
              copy.copyIn(
                  "COPY orders(customer_id, note) FROM STDIN", new ByteArrayInputStream(bytes)))
          .isEqualTo(20_000);
      assertThat(one(connection, "SELECT count(*) FROM orders WHERE note = 'copied'"))
          .isEqualTo("20000");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      copy.copyOut("COPY (SELECT ssn FROM customers) TO STDOUT", out);
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("***1").doesNotContain("CANARY");
      out.reset();
      copy.copyOut("COPY customers TO STDOUT", out);
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("***1").doesNotContain("CANARY");
      assertThatThrownBy(
              () ->
                  copy.copyIn(
                      "COPY orders(customer_id, note) FROM STDIN",
                      new ByteArrayInputStream(
                          "not a number\tx\n".getBytes(StandardCharsets.UTF_8))))
          .isInstanceOf(SQLException.class);
      connection.rollback();
      assertThatThrownBy(() -> copy.copyOut("COPY orders TO PROGRAM 'cat'", out))
          .hasMessageContaining("SLU-S03");
      connection.rollback();
      assertThat(one(connection, "SELECT count(*) FROM orders")).isEqualTo("100");
    }
    assertThat(gate.statements())
        .anySatisfy(
            event -> {
              assertThat(event.kind()).isEqualTo("COPY");
              assertThat(event.rows()).isEqualTo(20_000);
            });
  }

  @Test
  void largeTextsAndLargeValuesPass() throws SQLException {
    try (Connection connection = gate.connect()) {
      connection.setAutoCommit(false);
      String value = "x".repeat(3_000_000);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO orders(note) VALUES (?) RETURNING note")) {
        insert.setString(1, value);
        try (ResultSet result = insert.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getString(1)).isEqualTo(value);
        }
      }
      String literal = "y".repeat(200_000);
      assertThat(one(connection, "SELECT '" + literal + "'")).isEqualTo(literal);
      String tooLong = "z".repeat(2_000_000);
      assertThat(one(connection, "SELECT '" + tooLong + "'")).isEqualTo(tooLong);
      connection.rollback();
    }
    assertThat(gate.statements())
        .anySatisfy(event -> assertThat(event.kind()).isEqualTo("UNKNOWN"));
  }

  @Test
  void cursorsFetchInParts() throws SQLException {
    try (Connection connection = gate.connect()) {
      connection.setAutoCommit(false);
      try (PreparedStatement select =
          connection.prepareStatement("SELECT id FROM orders ORDER BY id")) {
        select.setFetchSize(30);
        int rows = 0;
        try (ResultSet result = select.executeQuery()) {
          while (result.next()) {
            rows++;
          }
        }
        assertThat(rows).isEqualTo(100);
      }
    }
    assertThat(gate.statements().stream().filter(event -> "SELECT".equals(event.kind())))
        .extracting(Event::rows)
        .containsExactly(30L, 30L, 30L, 10L);
  }

  @Test
  void notGrantedIsRefusedByTheDatabase() throws SQLException {
    try (Connection connection = gate.connect()) {
      assertThatThrownBy(() -> one(connection, "SELECT * FROM secrets"))
          .hasMessageContaining("permission denied");
      assertThat(one(connection, "SELECT 1")).isEqualTo("1");
    }
    assertThat(gate.statements())
        .anySatisfy(
            event -> {
              assertThat(event.relations()).containsExactly("secrets");
              assertThat(event.outcome()).isEqualTo(Event.Outcome.FAILED);
              assertThat(event.sqlState()).isEqualTo("42501");
              assertThat(event.rule()).isNull();
            });
  }

  @Test
  void discardAllKeepsTheRole() throws SQLException {
    for (String mode : new String[] {"simple", "extended"}) {
      try (Connection connection = gate.connect("&preferQueryMode=" + mode)) {
        assertThat(one(connection, "SELECT current_user")).isEqualTo(shop.group());
        execute(connection, "DISCARD ALL");
        assertThat(one(connection, "SELECT current_user")).isEqualTo(shop.group());
        assertThat(one(connection, "SELECT count(*) FROM orders")).isEqualTo("100");
        connection.setAutoCommit(false);
        assertThat(one(connection, "SELECT 1")).isEqualTo("1");
        assertThatThrownBy(() -> execute(connection, "DISCARD ALL"))
            .hasMessageContaining("DISCARD ALL");
        connection.rollback();
        assertThat(one(connection, "SELECT current_user")).isEqualTo(shop.group());
      }
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

package dev.sluice.drivers;

import static dev.sluice.drivers.Told.failure;
import static dev.sluice.drivers.Told.heading;
import static dev.sluice.drivers.Told.rows;
import static dev.sluice.drivers.Told.say;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** PostgreSQL's JDBC driver in its default settings and its nasty ones. */
public final class JdbcProgram {
  private static final List<String> SETTINGS =
      List.of(
          "",
          "&preferQueryMode=simple",
          "&preferQueryMode=extended&prepareThreshold=1",
          "&preferQueryMode=extendedCacheEverything&preparedStatementCacheQueries=2",
          "&prepareThreshold=-1&binaryTransfer=true",
          "&prepareThreshold=2&binaryTransfer=false&autosave=always",
          "&autosave=conservative&cleanupSavepoints=true&prepareThreshold=1",
          "&defaultRowFetchSize=3&prepareThreshold=1&reWriteBatchedInserts=true",
          "&assumeMinServerVersion=15&ApplicationName=drivers&options=-c%20timezone=UTC",
          "&sslmode=prefer&gssEncMode=prefer&tcpKeepAlive=true&readOnly=true&readOnlyMode=always");

  private static final List<String> FAILING =
      List.of(
          "SELECT nothing FROM people",
          "SELEC 1",
          "SELECT 'ü', nothing_after_wide_characters",
          "SELECT 1 / 0",
          "INSERT INTO people (id, name) VALUES (-1, '')",
          "INSERT INTO people (id, name, email) VALUES (-1, 'twice', 'p1@example.org')",
          "INSERT INTO notes (id, person) VALUES (-1, 999999)",
          "TRUNCATE people");

  private JdbcProgram() {}

  /** Runs all. */
  public static void main(String[] arguments) throws Exception {
    for (String settings : SETTINGS) {
      heading("settings " + settings);
      try (Connection connection = Place.connect(settings)) {
        statements(connection);
        writes(connection);
        failures(connection);
        transactions(connection);
      }
    }
    results();
    notifications();
    cancels();
    JdbcBulk.run();
  }

  private static void statements(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT id, name, born, balance, score, facts, tags, photo, token, feels FROM people"
                + " WHERE id = ?")) {
      for (int id = 1; id <= 7; id++) {
        statement.setInt(1, id);
        say("row", rows(statement.executeQuery()));
      }
    }
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT ?::bigint, ?::text, ?::bytea, ?::text[], ?::bool")) {
      for (int round = 0; round < 3; round++) {
        statement.setLong(1, 1L << 40);
        statement.setString(2, "häßlich\t\n");
        statement.setBytes(3, new byte[] {0, 1, -1});
        statement.setArray(4, connection.createArrayOf("text", new String[] {"a", "q\"q"}));
        statement.setNull(5, Types.BOOLEAN);
        say("values", rows(statement.executeQuery()));
      }
    }
    try (Statement statement = connection.createStatement()) {
      boolean more = statement.execute("SELECT 1; SELECT 'two', 3; SELECT 1 WHERE false");
      while (more) {
        say("several", rows(statement.getResultSet()));
        more = statement.getMoreResults();
      }
      say("spoken", rows(statement.executeQuery("SELECT speak('hello')")));
      for (SQLWarning told = statement.getWarnings(); told != null; told = told.getNextWarning()) {
        say("notice", told.getSQLState() + " " + told.getMessage());
      }
    }
    try (CallableStatement statement = connection.prepareCall("CALL settle(?)")) {
      statement.setInt(1, 5);
      statement.registerOutParameter(1, Types.INTEGER);
      statement.execute();
      say("called", statement.getInt(1) >= 505);
    }
  }

  private static void writes(Connection connection) throws SQLException {
    failure(
        "batch",
        () -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "INSERT INTO notes (person, line) VALUES (?, ?)",
                  Statement.RETURN_GENERATED_KEYS)) {
            for (int number = 0; number < 300; number++) {
              statement.setInt(1, 1 + number % 3);
              statement.setString(2, "batch " + number);
              statement.addBatch();
            }
            say("counts", Arrays.stream(statement.executeBatch()).distinct().boxed().toList());
            try (ResultSet keys = statement.getGeneratedKeys()) {
              int count = 0;
              while (keys.next()) {
                count++;
              }
              say("keys", count);
            }
          }
        });
    failure(
        "a batch with an error",
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.addBatch("UPDATE notes SET line = 'x' WHERE id = 1");
            statement.addBatch("UPDATE notes SET line = 1 / 0 || 'x' WHERE id = 2");
            statement.addBatch("UPDATE notes SET line = 'x' WHERE id = 3");
            statement.executeBatch();
          }
        });
    failure("delete", () -> update(connection, "DELETE FROM notes WHERE line LIKE 'batch%'"));
  }

  private static void failures(Connection connection) throws SQLException {
    for (String text : FAILING) {
      failure(text, () -> query(connection, text));
      failure(text + ", prepared", () -> connection.prepareStatement(text).executeQuery());
    }
    query(connection, "SELECT 'alive'");
  }

  private static void transactions(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    say("isolation", connection.getTransactionIsolation());
    failure("within a transaction", () -> query(connection, "SELECT nothing"));
    failure("after it", () -> query(connection, "SELECT 'goes on'"));
    connection.rollback();
    Savepoint savepoint = connection.setSavepoint("here");
    failure("after a savepoint", () -> query(connection, "SELECT nothing"));
    connection.rollback(savepoint);
    query(connection, "SELECT 'back'");
    connection.releaseSavepoint(savepoint);
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT id FROM people ORDER BY id")) {
      statement.setFetchSize(7);
      say("fetched", rows(statement.executeQuery()));
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        // Another statement while the portal is open.
        query(connection, "SELECT 'in between'");
        int count = 1;
        while (result.next()) {
          count++;
        }
        say("counted", count);
      }
    }
    failure(
        "a temporary table",
        () -> {
          update(connection, "CREATE TEMPORARY TABLE passing ON COMMIT DROP AS SELECT 1 AS a");
          for (int round = 0; round < 7; round++) {
            try (PreparedStatement statement =
                connection.prepareStatement("SELECT * FROM passing WHERE a = ?")) {
              statement.setInt(1, 1);
              say("passing", rows(statement.executeQuery()));
            }
            if (round == 5) {
              update(connection, "ALTER TABLE pg_temp.passing ADD COLUMN b int DEFAULT 2");
            }
          }
        });
    connection.rollback();
    connection.setAutoCommit(true);
  }

  private static void results() throws SQLException {
    heading("results");
    try (Connection connection = Place.connect("&prepareThreshold=1");
        Statement statement =
            connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
      connection.setAutoCommit(false);
      try (ResultSet result =
          statement.executeQuery("SELECT id, name FROM people WHERE id < 10 ORDER BY id")) {
        result.last();
        say("last", result.getInt(1));
        result.absolute(3);
        result.updateString(2, "by result");
        result.updateRow();
        result.refreshRow();
        say("updated", result.getString(2));
      }
      connection.rollback();
      for (String kind : List.of("TABLE", "VIEW")) {
        say(
            kind,
            rows(connection.getMetaData().getTables(null, "public", "%", new String[] {kind})));
      }
      say("keys", rows(connection.getMetaData().getImportedKeys(null, "public", "notes")));
      say("columns", rows(connection.getMetaData().getColumns(null, "public", "people", "%")));
      say("read only", connection.isReadOnly() + " " + connection.isValid(10));
    }
  }

  private static void notifications() throws SQLException {
    heading("notifications");
    try (Connection listening = Place.connect("");
        Connection telling = Place.connect("")) {
      update(listening, "LISTEN here");
      update(telling, "NOTIFY here, 'one'");
      PGNotification[] told = listening.unwrap(PGConnection.class).getNotifications(20_000);
      int process = telling.unwrap(PGConnection.class).getBackendPID();
      for (PGNotification one : told) {
        say("told", one.getName() + " " + one.getParameter() + " " + (one.getPID() == process));
      }
    }
  }

  private static void cancels() throws SQLException {
    heading("cancel");
    try (Connection connection = Place.connect("");
        Connection other = Place.connect("");
        Statement statement = connection.createStatement()) {
      CompletableFuture<Void> cancelled =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (one(other, "SELECT pg_try_advisory_xact_lock(79)").equals("t")) {
                    Thread.onSpinWait();
                  }
                  statement.cancel();
                } catch (SQLException failure) {
                  throw new CompletionException(failure);
                }
              });
      failure(
          "cancelled",
          () -> statement.executeQuery("SELECT pg_advisory_xact_lock(79), pg_sleep(60)").close());
      cancelled.join();
      statement.setQueryTimeout(1);
      failure("timeout", () -> statement.executeQuery("SELECT pg_sleep(60)").close());
      say("alive", one(connection, "SELECT 'alive'"));
    }
  }

  private static void query(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      say("query", statement.execute(text) ? rows(statement.getResultSet()) : "no rows");
    }
  }

  private static void update(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      say(text, statement.executeUpdate(text));
    }
  }

  private static String one(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(text)) {
      result.next();
      return result.getString(1);
    }
  }
}

package dev.sluice.operator.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the ledger's tables to the version that this code needs. */
final class LedgerSchema {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerSchema.class);
  private static final int VERSION = 3;

  /** An arbitrary number, the same in every replica: one of them migrates, the others wait. */
  private static final long LOCK = 7_246_530_118L;

  private LedgerSchema() {}

  static void migrate(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      statement.execute("CREATE TABLE IF NOT EXISTS ledger_version (version int NOT NULL)");
      int present = version(statement);
      if (present > VERSION) {
        throw new SQLException(
            "the ledger's tables are of version %d, this operator knows up to %d: run the newer operator"
                .formatted(present, VERSION));
      }
      for (int version = present + 1; version <= VERSION; version++) {
        statement.execute(script(version));
        statement.execute("INSERT INTO ledger_version VALUES (" + version + ")");
        LOG.info("ledger tables brought to version={}", version);
      }
      connection.commit();
    } catch (SQLException failure) {
      connection.rollback();
      throw failure;
    }
  }

  private static int version(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery("SELECT coalesce(max(version), 0) FROM ledger_version")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static String script(int version) {
    String name = "ledger-" + version + ".sql";
    try (InputStream stream = LedgerSchema.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing in the program");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

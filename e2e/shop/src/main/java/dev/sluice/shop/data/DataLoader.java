package dev.sluice.shop.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Makes the shop's tables and fills them. */
public final class DataLoader {
  private static final int CHUNK = 64 * 1024;

  private final Connection connection;
  private final InstantSource clock;
  private final PrintStream progress;

  /**
   * A loader on an open connection.
   *
   * @param connection as the role that will own the tables; the caller closes it
   * @param clock for telling how long it took
   * @param progress where it tells what it does
   */
  public DataLoader(Connection connection, InstantSource clock, PrintStream progress) {
    this.connection = connection;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Loads everything in one transaction, unless the tables are there already.
   *
   * @param customers how many customers, at least 100
   * @throws SQLException when the database refuses something; nothing is left behind then
   */
  public void load(int customers) throws SQLException {
    if (exists()) {
      progress.println("the shop is there already");
      return;
    }
    var begun = clock.instant();
    connection.setAutoCommit(false);
    try {
      run("tables.sql");
      for (var table : new ShopData(customers).tables()) {
        var rows = copy(table);
        progress.printf("%,9d rows in %s%n", rows, table.name());
      }
      run("finish.sql");
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
    progress.printf(
        "loaded in %d s%n", Duration.between(begun, clock.instant()).plusMillis(500).toSeconds());
  }

  private boolean exists() throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT to_regclass('public.customers') IS NOT NULL")) {
      return result.next() && result.getBoolean(1);
    }
  }

  private long copy(Table table) throws SQLException {
    var copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY %s (%s) FROM STDIN"
                    .formatted(table.name(), String.join(", ", table.columns())));
    try {
      return send(table.rows().iterator(), copy);
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static long send(Iterator<@Nullable Object[]> rows, CopyIn copy) throws SQLException {
    var text = new CopyText();
    while (rows.hasNext()) {
      text.append(rows.next());
      if (text.length() >= CHUNK) {
        flush(text, copy);
      }
    }
    flush(text, copy);
    return copy.endCopy();
  }

  private static void flush(CopyText text, CopyIn copy) throws SQLException {
    var bytes = text.take().getBytes(UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
  }

  private void run(String script) throws SQLException {
    try (var statement = connection.createStatement();
        var stream = Objects.requireNonNull(DataLoader.class.getResourceAsStream(script))) {
      statement.execute(new String(stream.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

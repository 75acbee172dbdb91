package dev.sluice.drivers;

import static dev.sluice.drivers.Told.failure;
import static dev.sluice.drivers.Told.heading;
import static dev.sluice.drivers.Told.rows;
import static dev.sluice.drivers.Told.say;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** COPY by the driver's own API, large objects by function calls, and large values. */
final class JdbcBulk {
  private JdbcBulk() {}

  static void run() throws SQLException, IOException {
    try (Connection connection = Place.connect("")) {
      connection.setAutoCommit(false);
      copies(connection);
      values(connection);
      connection.rollback();
      objects(connection);
    }
  }

  private static void copies(Connection connection) throws SQLException, IOException {
    heading("copy");
    CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    say("out", manager.copyOut("COPY (SELECT * FROM people ORDER BY id) TO STDOUT", out));
    say("bytes", out.size() + " " + out.toString(StandardCharsets.UTF_8).indexOf('\n'));
    String lines =
        IntStream.range(0, 50_000)
            .mapToObj(number -> number + "\tline " + number + " ü\n")
            .collect(Collectors.joining());
    say("in", manager.copyIn("COPY intake (number, line) FROM STDIN", new StringReader(lines)));
    failure(
        "a wrong row",
        () -> manager.copyIn("COPY intake (number) FROM STDIN", new StringReader("1\ntwo\n3\n")));
    connection.rollback();
    CopyIn given = manager.copyIn("COPY intake (number) FROM STDIN");
    byte[] line = "1\n".getBytes(StandardCharsets.UTF_8);
    given.writeToCopy(line, 0, line.length);
    given.flushCopy();
    given.cancelCopy();
    say("given up", given.isActive());
    connection.rollback();
    failure(
        "an error after rows",
        () ->
            manager.copyOut(
                "COPY (SELECT 1 / (99 - i) FROM generate_series(1, 200) AS i) TO STDOUT",
                OutputStream.nullOutputStream()));
    connection.rollback();
    out.reset();
    say(
        "binary out",
        manager.copyOut("COPY people TO STDOUT (FORMAT binary)", out) + " " + out.size());
  }

  private static void objects(Connection connection) throws SQLException {
    heading("large objects");
    LargeObjectManager manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
    long id = manager.createLO();
    LargeObject object = manager.open(id);
    object.write("0123456789".repeat(200_000).getBytes(StandardCharsets.UTF_8));
    object.seek64(1_999_990, LargeObject.SEEK_SET);
    say("end", new String(object.read(20), StandardCharsets.UTF_8) + " " + object.size64());
    object.truncate64(15);
    say("truncated", object.size64());
    object.close();
    manager.unlink(id);
    try {
      manager.open(id);
    } catch (SQLException removed) {
      say("removed", removed.getSQLState());
    }
    connection.rollback();
  }

  private static void values(Connection connection) throws SQLException {
    heading("large values");
    try (PreparedStatement statement = connection.prepareStatement("SELECT ? || 'b'")) {
      for (int length : new int[] {0, 1, 8191, 8192, 16384, 65536, 1 << 20, 30 << 20}) {
        statement.setString(1, "a".repeat(length));
        try (ResultSet result = statement.executeQuery()) {
          result.next();
          say(String.valueOf(length), result.getString(1).length());
        }
      }
    }
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT i, i::text FROM generate_series(1, 300000) AS i")) {
      statement.setFetchSize(1000);
      say("many rows", rows(statement.executeQuery()));
    }
  }
}

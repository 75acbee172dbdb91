package dev.sluice.drivers;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a program prints. */
final class Told {
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private Told() {}

  /** Something that may fail. */
  interface Action {
    void run() throws Exception;
  }

  static void heading(String name) {
    OUT.println("\n== " + name);
  }

  static void say(String what, @Nullable Object value) {
    OUT.println(what + ": " + value);
  }

  /** Prints all that the server says of an error. */
  static void failure(String what, Action action) {
    try {
      action.run();
      say(what, "no error");
    } catch (Exception failure) {
      say(what, words(failure));
    }
  }

  static String words(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof SQLException)) {
      cause = cause.getCause();
    }
    String counts =
        cause instanceof BatchUpdateException batch
            ? Arrays.toString(batch.getUpdateCounts()) + " "
            : "";
    SQLException next = cause instanceof SQLException failed ? failed.getNextException() : null;
    Throwable told = next == null ? cause : next;
    ServerErrorMessage server =
        told instanceof PSQLException failed ? failed.getServerErrorMessage() : null;
    if (server == null) {
      return counts + told.getClass().getSimpleName() + " " + told.getMessage();
    }
    return counts
        + List.of(
            String.valueOf(server.getSQLState()),
            String.valueOf(server.getSeverity()),
            String.valueOf(server.getMessage()),
            String.valueOf(server.getDetail()),
            String.valueOf(server.getHint()),
            server.getPosition(),
            String.valueOf(server.getWhere()),
            String.valueOf(server.getTable()),
            String.valueOf(server.getColumn()),
            String.valueOf(server.getConstraint()),
            String.valueOf(server.getRoutine()));
  }

  /** All rows, up to a hundred. */
  static String rows(ResultSet result) throws SQLException {
    try (result) {
      ResultSetMetaData columns = result.getMetaData();
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int column = 1; column <= columns.getColumnCount(); column++) {
          row.add(value(result, column, columns.getColumnTypeName(column)));
        }
        rows.add(row.toString());
      }
      return rows.size() > 100 ? rows.size() + " rows, " + rows.getLast() : rows.toString();
    }
  }

  private static @Nullable String value(ResultSet result, int column, String type)
      throws SQLException {
    if (!type.equals("bytea")) {
      return result.getString(column);
    }
    byte[] bytes = result.getBytes(column);
    return bytes == null ? null : HexFormat.of().formatHex(bytes);
  }
}

package dev.sluice.shop.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * What became of one statement.
 *
 * @param statement its text
 * @param rows what it returned, a map of column names to text for each row
 * @param changed how many rows it changed; -1 where it returned rows or failed
 * @param error what the server answered instead
 * @param usableAfterwards whether the same connection runs another statement after it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StatementRun(
    String statement,
    List<Map<String, @Nullable String>> rows,
    int changed,
    @Nullable ServerError error,
    boolean usableAfterwards) {

  /**
   * An error as the server words it.
   *
   * @param sqlState five characters
   * @param message one line
   * @param detail more about it
   * @param hint what to do
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ServerError(
      @Nullable String sqlState,
      @Nullable String message,
      @Nullable String detail,
      @Nullable String hint) {}

  /** Runs a statement, and a second one after it to see whether the connection is still usable. */
  static StatementRun of(String text, Connection connection) {
    try (var statement = connection.createStatement()) {
      var hasRows = statement.execute(text);
      var rows = hasRows ? read(statement) : List.<Map<String, @Nullable String>>of();
      var changed = hasRows ? -1 : statement.getUpdateCount();
      return new StatementRun(text, rows, changed, null, isUsable(connection));
    } catch (SQLException e) {
      return new StatementRun(text, List.of(), -1, error(e), isUsable(connection));
    }
  }

  static ServerError error(SQLException failure) {
    var answer = failure instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
    return answer == null
        ? new ServerError(failure.getSQLState(), failure.getMessage(), null, null)
        : new ServerError(
            answer.getSQLState(), answer.getMessage(), answer.getDetail(), answer.getHint());
  }

  private static List<Map<String, @Nullable String>> read(Statement statement) throws SQLException {
    var rows = new ArrayList<Map<String, @Nullable String>>();
    try (ResultSet result = statement.getResultSet()) {
      var columns = result.getMetaData();
      while (result.next()) {
        var row = new LinkedHashMap<String, @Nullable String>();
        for (var i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnLabel(i), result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static boolean isUsable(Connection connection) {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT 1")) {
      return result.next();
    } catch (SQLException _) {
      // That it is not usable is the answer.
      return false;
    }
  }
}

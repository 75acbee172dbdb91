package dev.sluice.sql.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.DatabaseLogin;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/**
 * What the golden files say is sent instead does, on a real server and as a role that may not read
 * the raw columns, what the original text does for the owner of the tables: it runs, with the same
 * columns and as many rows, and the raw value stays inside.
 */
class RewritingOnServerTest {

  private static final String RAW = "CANARY7731";

  /**
   * Statements that a view cannot do, or that read a masked column of the table that they change,
   * and what the server says; a person meets these words.
   */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          entry(
              "read-tablesample",
              "TABLESAMPLE clause can only be applied to tables and materialized views"),
          entry("carried-rule", "must be owner of"),
          entry("copy-from-through-view", "cannot copy to view"),
          entry("write-truncate", "must be owner of sequence"),
          entry("attack-set-in-function", "permission denied to set role"),
          entry("attack-merge-returning", "permission denied for table customers"),
          entry("attack-returning-whole-row", "permission denied for table customers"),
          entry("column-cte-returning", "permission denied for table customers"),
          entry("column-merge", "permission denied for table customers"),
          entry("column-returning-star-from", "permission denied for table customers"),
          entry("column-upsert-constraint", "permission denied for table customers"),
          entry("column-upsert-excluded", "permission denied for table customers"),
          entry("where-null-or-not-null-other", "permission denied for table customers"));

  private static final String ROLE_PASSWORD = "governed";

  @ParameterizedTest
  @EnumSource
  void rewrittenStatementsDoTheSame(PostgresVersion version) throws Exception {
    RealPostgres server = RealPostgres.shared(version);
    TestDatabase plain = server.newDatabase("rt");
    plain.execute(plain.superuser(), resource("tables.sql"));
    TestDatabase governed = server.newDatabase("rt_governed");
    governed.execute(
        governed.superuser(),
        "CREATE ROLE governed LOGIN PASSWORD '%s'; ALTER ROLE governed SET search_path = sluice_shop, public"
            .formatted(ROLE_PASSWORD));
    governed.execute(governed.superuser(), resource("tables.sql"));
    governed.execute(governed.superuser(), resource("grant.sql"));

    List<String> compared = new ArrayList<>();
    SoftAssertions softly = new SoftAssertions();
    for (String name : cases()) {
      String original = read(Path.of("src/test/resources/statements", name + ".sql"));
      String rewritten = read(Path.of("src/test/resources/statements", name + ".rewrite.sql"));
      Outcome expected = run(plain, plain.superuser(), original);
      if (expected.error != null) {
        continue; // for this version no statement, or about something that is not there
      }
      Outcome found =
          run(
              governed,
              new DatabaseLogin("governed", ROLE_PASSWORD),
              rewritten.replace("rt.\"sluice", "rt_governed.\"sluice"));
      String refused = REFUSED.get(name);
      if (refused != null) {
        softly.assertThat(found.error).as(name).contains(refused);
        continue;
      }
      softly.assertThat(found.error).as("%s: %s", name, rewritten).isNull();
      softly.assertThat(found.columns).as(name).isEqualTo(expected.columns);
      softly.assertThat(found.rows).as(name).isEqualTo(expected.rows);
      softly.assertThat(found.content).as(name).doesNotContain(RAW);
      compared.add(name);
    }
    softly.assertAll();
    assertThat(compared).hasSizeGreaterThan(60);
  }

  private static List<String> cases() throws IOException {
    return StatementGoldenTest.cases().stream()
        .filter(
            name ->
                !name.startsWith("ddl-")
                    && !name.equals("copy-file")
                    && !name.equals("copy-program"))
        .filter(
            name -> Files.exists(Path.of("src/test/resources/statements", name + ".rewrite.sql")))
        .toList();
  }

  /**
   * What a text did: an error, or the columns, the number and the content of the rows of all its
   * results.
   */
  private record Outcome(@Nullable String error, List<String> columns, int rows, String content) {}

  private static Outcome run(TestDatabase database, DatabaseLogin login, String text)
      throws SQLException {
    try (Connection connection = database.connect(login)) {
      connection.setAutoCommit(false);
      try {
        return text.startsWith("COPY") ? copy(connection, text) : execute(connection, text);
      } catch (SQLException error) {
        return new Outcome(String.valueOf(error.getMessage()), List.of(), 0, "");
      } catch (IOException failure) {
        throw new IllegalStateException(failure);
      } finally {
        connection.rollback();
      }
    }
  }

  private static Outcome execute(Connection connection, String text) throws SQLException {
    List<String> columns = new ArrayList<>();
    StringBuilder content = new StringBuilder();
    int rows = 0;
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      boolean hasRows = statement.execute(text);
      while (hasRows || statement.getUpdateCount() != -1) {
        if (hasRows) {
          ResultSet result = statement.getResultSet();
          int count = result.getMetaData().getColumnCount();
          for (int column = 1; column <= count; column++) {
            columns.add(result.getMetaData().getColumnName(column));
          }
          while (result.next()) {
            rows++;
            for (int column = 1; column <= count; column++) {
              content.append(result.getString(column)).append('\n');
            }
          }
        } else {
          rows += statement.getUpdateCount();
        }
        hasRows = statement.getMoreResults();
      }
    }
    boolean plan = text.startsWith("EXPLAIN"); // how many lines it has is the planner's affair
    return new Outcome(null, columns, plan ? 0 : rows, content.toString());
  }

  private static Outcome copy(Connection connection, String text) throws SQLException, IOException {
    var copies = connection.unwrap(PGConnection.class).getCopyAPI();
    if (text.endsWith("FROM STDIN")) {
      byte[] none = {};
      return new Outcome(
          null, List.of(), (int) copies.copyIn(text, new ByteArrayInputStream(none)), "");
    }
    StringWriter content = new StringWriter();
    int rows = (int) copies.copyOut(text, content);
    return new Outcome(null, List.of(), rows, content.toString());
  }

  private static String resource(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/server", name));
  }

  private static String read(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), UTF_8);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}

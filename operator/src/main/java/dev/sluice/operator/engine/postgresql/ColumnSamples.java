package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.discovery.Sample;
import dev.sluice.policy.discovery.SampleCounter;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.plan.RoleNames;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Looks into some rows of a table, as the owner of the masked views, in a transaction that can
 * write nothing and is rolled back: so the right to read that it gives itself is never to be seen.
 * Values go through detectors and are dropped. What the server says of a failure may quote a value,
 * so nobody is told more than its SQLSTATE.
 */
final class ColumnSamples {
  private static final int ROWS = 1000;

  /** Rows of a large table are taken from all over it. */
  private static final int LARGE = 20 * ROWS;

  /** Of a large table as many blocks: rows that lie together are alike, such as those of a day. */
  private static final int BLOCKS = 200;

  /** Assumed where the server does not count them, as in a table of partitions. */
  private static final int ROWS_IN_A_BLOCK = 50;

  /** Chance takes more rows and fewer, and the last ones belong to the sample, too. */
  private static final int MOST_ROWS = 4 * ROWS;

  private static final int CHARACTERS = 2000;
  private static final int COLUMNS_AT_ONCE = 50;
  private static final int ROWS_AT_ONCE = 50;

  private final Session session;

  ColumnSamples(Session session) {
    this.session = session;
  }

  /**
   * A table.
   *
   * @param id its number
   * @param name its name
   * @param rows how many the server believes it has; negative: it does not know
   * @param blocks how many the server believes they take; zero or negative: it does not know
   */
  record Table(long id, RelationName name, double rows, long blocks) {
    /** Of its blocks, this part is read, at most 1. */
    private double blocksRead() {
      double all = blocks > 0 ? blocks : rows / ROWS_IN_A_BLOCK;
      return Math.min(1, Math.max(ROWS / rows, BLOCKS / all));
    }

    /** Of the rows in these, this part is looked into, at most 1. */
    private double rowsLooked() {
      return Math.min(1, ROWS / rows / blocksRead());
    }
  }

  /**
   * A column of it.
   *
   * @param number its number
   * @param name its name
   * @param type its type
   */
  record Wanted(int number, String name, ColumnType type) {}

  /** What became of a column. */
  sealed interface Looked {
    /** What was found. */
    record Found(Sample sample) implements Looked {}

    /** It could not be looked into; why, in few words without any data. */
    record Failed(String why) implements Looked {}
  }

  /** Looks into columns of a table; the answer has each of them, by its number. */
  Map<Integer, Looked> look(Table table, List<Wanted> columns) throws SQLException {
    Map<Integer, Looked> all = new LinkedHashMap<>();
    for (int from = 0; from < columns.size(); from += COLUMNS_AT_ONCE) {
      List<Wanted> some = columns.subList(from, Math.min(columns.size(), from + COLUMNS_AT_ONCE));
      Map<Integer, Looked> results = some(table, some);
      all.putAll(results);
      Looked first = results.values().iterator().next();
      if (first instanceof Looked.Failed(String why) && !why.startsWith(REFUSED)) {
        // It is the table, and the others would wait as long.
        columns
            .subList(from + some.size(), columns.size())
            .forEach(column -> all.put(column.number(), first));
        return all;
      }
    }
    return all;
  }

  private Map<Integer, Looked> some(Table table, List<Wanted> columns) throws SQLException {
    Map<Integer, Looked> all = new LinkedHashMap<>();
    try {
      List<Sample> samples = read(table, columns);
      for (int index = 0; index < columns.size(); index++) {
        all.put(columns.get(index).number(), new Looked.Found(samples.get(index)));
      }
    } catch (SQLException e) {
      if (ServerErrors.disconnected(e)) {
        throw e;
      }
      String why = why(e);
      if (why.startsWith(REFUSED) && columns.size() > 1) {
        // One of them is at fault; the others can be looked into.
        for (Wanted column : columns) {
          all.putAll(some(table, List.of(column)));
        }
      } else {
        columns.forEach(column -> all.put(column.number(), new Looked.Failed(why)));
      }
    }
    return all;
  }

  private List<Sample> read(Table table, List<Wanted> columns) throws SQLException {
    boolean large = table.rows() > LARGE;
    List<Sample> samples = large ? read(table, columns, true) : List.of();
    return samples.stream().allMatch(sample -> sample.looked() == 0)
        ? read(table, columns, false)
        : samples;
  }

  private List<Sample> read(Table table, List<Wanted> columns, boolean blocks) throws SQLException {
    return session.discarded(
        () -> {
          session.run("SET LOCAL lock_timeout = '300ms'");
          session.run("SET LOCAL statement_timeout = '5s'");
          allow(table);
          session.run("SET LOCAL ROLE " + Sql.name(RoleNames.OWNER));
          session.run("SET TRANSACTION READ ONLY");
          List<SampleCounter> counters = new ArrayList<>();
          columns.forEach(column -> counters.add(new SampleCounter(column.type())));
          session.each(
              query(table, columns, blocks),
              ROWS_AT_ONCE,
              row -> {
                for (int index = 0; index < counters.size(); index++) {
                  counters.get(index).add(row.getString(index + 1));
                }
              });
          return counters.stream().map(SampleCounter::sample).toList();
        });
  }

  private void allow(Table table) throws SQLException {
    String owner = Sql.name(RoleNames.OWNER);
    if (!session.holds(
        "SELECT pg_catalog.has_schema_privilege(?, ?, 'USAGE')",
        RoleNames.OWNER,
        table.name().schema())) {
      session.run(
          "GRANT USAGE ON SCHEMA %s TO %s".formatted(Sql.name(table.name().schema()), owner));
    }
    if (!session.holds(
        "SELECT pg_catalog.has_table_privilege(?::name, ?::bigint::oid, 'SELECT')",
        RoleNames.OWNER,
        table.id())) {
      session.run("GRANT SELECT ON TABLE %s TO %s".formatted(Sql.name(table.name()), owner));
    }
  }

  /** Values become texts by their type's own output, whatever casts somebody has defined. */
  private static String query(Table table, List<Wanted> columns, boolean blocks) {
    return "SELECT %s FROM (SELECT %s FROM %s AS t%s LIMIT %d) AS s"
        .formatted(
            columns.stream()
                .map(
                    column ->
                        "pg_catalog.left(pg_catalog.concat(s.%s), %d)"
                            .formatted(Sql.name(column.name()), CHARACTERS))
                .collect(Collectors.joining(", ")),
            columns.stream()
                .map(column -> "t." + Sql.name(column.name()))
                .collect(Collectors.joining(", ")),
            Sql.name(table.name()),
            blocks
                ? " TABLESAMPLE SYSTEM (%s) WHERE pg_catalog.random() < %s"
                    .formatted(plain(100 * table.blocksRead()), plain(table.rowsLooked()))
                : "",
            blocks ? MOST_ROWS : ROWS);
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).toPlainString();
  }

  private static final String REFUSED = "the server refused to read it";

  private static String why(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    return switch (state) {
      case ServerErrors.LOCK_NOT_AVAILABLE -> "another session holds a lock on it";
      case ServerErrors.QUERY_CANCELED -> "reading some rows took longer than 5 s";
      case ServerErrors.INSUFFICIENT_PRIVILEGE ->
          "the administrator may not let sluice_owner read it";
      default -> "%s (SQLSTATE %s)".formatted(REFUSED, state);
    };
  }
}

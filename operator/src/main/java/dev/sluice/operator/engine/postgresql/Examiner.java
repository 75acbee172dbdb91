package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Examination;
import dev.sluice.operator.engine.postgresql.ColumnSamples.Looked;
import dev.sluice.operator.engine.postgresql.ColumnSamples.Table;
import dev.sluice.operator.engine.postgresql.ColumnSamples.Wanted;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.discovery.ObservedColumn;
import dev.sluice.policy.discovery.Sample;
import dev.sluice.policy.discovery.SampleCounter;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks into columns and remembers what was found: counts, by the number of the column, beside the
 * masked views. So what has not changed is not read again before its time, also by an operator that
 * has just begun.
 */
final class Examiner {
  /** Where it is kept; only the owner of the masked views reads it. */
  static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS sluice.examined_columns (
        relation oid NOT NULL,
        number smallint NOT NULL,
        type text NOT NULL,
        looked integer NOT NULL DEFAULT 0,
        found text NOT NULL DEFAULT '',
        problem text NOT NULL DEFAULT '',
        examined_at timestamptz,
        tried_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (relation, number)
      )\
      """;

  /** A pass ends after this; what is left is for the next one. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** What failed is not tried at every pass. */
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);

  private static final int SHOWN = 20;

  private final Session session;
  private final Clock clock;

  Examiner(Session session, Clock clock) {
    this.session = session;
    this.clock = clock;
  }

  /** A column as it is, with what is known of it. */
  private record Known(
      Table table,
      boolean readable,
      int number,
      ColumnName name,
      String type,
      String comment,
      @Nullable Sample sample,
      String problem,
      @Nullable Duration age) {

    boolean isDue(Duration interval) {
      if (age == null) {
        return true;
      }
      boolean failed = !problem.isEmpty();
      Duration wait = failed && AFTER_FAILURE.compareTo(interval) < 0 ? AFTER_FAILURE : interval;
      return (sample == null && !failed) || age.compareTo(wait) >= 0;
    }
  }

  Examination run(Examination.Request request) throws SQLException {
    Instant end = clock.instant().plus(LONGEST);
    boolean watched =
        session.transaction(
            () -> {
              session.alone();
              SchemaWatch watch = new SchemaWatch(session);
              boolean made = watch.ensure();
              watch.forget();
              return made;
            });
    Catalogue catalogue =
        session.transaction(() -> new CatalogueReader(session).read(request.schemas()));
    Set<ColumnName> open = new HashSet<>(request.open().apply(catalogue));
    Map<Table, List<Known>> due = new LinkedHashMap<>();
    for (Known column : known(catalogue)) {
      if (open.contains(column.name()) && column.isDue(request.interval())) {
        due.computeIfAbsent(column.table(), ignored -> new ArrayList<>()).add(column);
      }
    }
    boolean complete = true;
    for (List<Known> ofTable : due.values()) {
      if (clock.instant().isBefore(end)) {
        look(catalogue, ofTable);
      } else {
        complete = false;
      }
    }
    List<Known> now = known(catalogue);
    return new Examination(
        catalogue,
        observed(catalogue, now),
        problems(now.stream().filter(column -> open.contains(column.name())).toList()),
        complete,
        watched);
  }

  /** What is known, without looking. */
  List<ObservedColumn> observed(Catalogue catalogue) throws SQLException {
    return observed(catalogue, known(catalogue));
  }

  /** Forgets all, within a transaction. */
  void forget() throws SQLException {
    session.asOwner(
        () ->
            session.run("DELETE FROM sluice.examined_columns; DELETE FROM sluice.schema_changes"));
  }

  private static List<ObservedColumn> observed(Catalogue catalogue, List<Known> known) {
    List<ObservedColumn> columns = new ArrayList<>();
    for (Known each : known) {
      Column column = column(catalogue, each.name());
      if (column != null) {
        columns.add(
            new ObservedColumn(
                each.name().relation(),
                each.name().column(),
                column.type(),
                each.comment(),
                each.sample()));
      }
    }
    return columns;
  }

  private static List<String> problems(List<Known> known) {
    Map<String, List<String>> failed = new TreeMap<>();
    for (Known each : known) {
      if (!each.problem().isEmpty()) {
        failed
            .computeIfAbsent(
                each.name().relation() + "\n" + each.problem(), ignored -> new ArrayList<>())
            .add(each.name().column());
      }
    }
    return failed.entrySet().stream()
        .limit(SHOWN)
        .map(
            each -> {
              String[] parts = each.getKey().split("\n", -1);
              return "%s (%s) could not be looked into: %s."
                  .formatted(parts[0], String.join(", ", each.getValue()), parts[1]);
            })
        .toList();
  }

  private static @Nullable Column column(Catalogue catalogue, ColumnName name) {
    Catalogue.Relation relation = catalogue.relations().get(name.relation());
    return relation == null ? null : relation.column(name.column());
  }

  private void look(Catalogue catalogue, List<Known> columns) throws SQLException {
    Map<Integer, Looked> results = new LinkedHashMap<>();
    List<Wanted> wanted = new ArrayList<>();
    Table table = columns.getFirst().table();
    for (Known each : columns) {
      Column column = Objects.requireNonNull(column(catalogue, each.name()));
      if (each.readable() && SampleCounter.isWorthwhile(column.type())) {
        wanted.add(new Wanted(each.number(), column.name(), column.type()));
      } else {
        results.put(each.number(), new Looked.Found(Sample.NOTHING));
      }
    }
    if (!wanted.isEmpty()) {
      results.putAll(new ColumnSamples(session).look(table, wanted));
    }
    remember(
        table, columns.stream().collect(Collectors.toMap(Known::number, Known::type)), results);
  }

  private void remember(Table table, Map<Integer, String> types, Map<Integer, Looked> results)
      throws SQLException {
    List<String> numbers = new ArrayList<>();
    List<String> ofTypes = new ArrayList<>();
    List<String> looked = new ArrayList<>();
    List<String> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    results.forEach(
        (number, result) -> {
          numbers.add(String.valueOf(number));
          ofTypes.add(types.get(number));
          switch (result) {
            case Looked.Found(Sample sample) -> {
              looked.add(String.valueOf(sample.looked()));
              found.add(text(sample));
              problems.add("");
            }
            case Looked.Failed(String why) -> {
              looked.add("0");
              found.add("");
              problems.add(why);
            }
          }
        });
    session.transaction(
        () -> {
          session.asOwner(
              () -> {
                session.run(
                    "DELETE FROM sluice.examined_columns e WHERE NOT EXISTS (SELECT FROM"
                        + " pg_catalog.pg_class c WHERE c.oid = e.relation)");
                session.update(REMEMBER, table.id(), numbers, ofTypes, looked, found, problems);
              });
          return true;
        });
  }

  private static String text(Sample sample) {
    return sample.found().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            each ->
                "%s:%d:%d"
                    .formatted(each.getKey(), each.getValue().values(), each.getValue().whole()))
        .collect(Collectors.joining(","));
  }

  private static Sample sample(int looked, String text) {
    Map<Kind, Sample.Count> found = new EnumMap<>(Kind.class);
    for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      String[] parts = each.split(":", -1);
      for (Kind kind : Kind.values()) {
        // What another release looked for may be unknown here.
        if (kind.name().equals(parts[0])) {
          found.put(kind, new Sample.Count(Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
        }
      }
    }
    return new Sample(looked, found);
  }

  /** What was remembered of a column. */
  private record Remembered(String type, @Nullable Sample sample, String problem, Duration age) {}

  private List<Known> known(Catalogue catalogue) throws SQLException {
    Map<String, Remembered> remembered = remembered();
    return session.query(
        COLUMNS,
        row -> {
          Table table =
              new Table(
                  row.getLong(1),
                  new RelationName(row.getString(2), row.getString(3)),
                  row.getDouble(4),
                  row.getLong(5));
          String type = row.getString(9);
          Remembered before = remembered.get(table.id() + " " + row.getInt(7));
          boolean same = before != null && before.type().equals(type);
          return new Known(
              table,
              row.getBoolean(6),
              row.getInt(7),
              new ColumnName(table.name(), row.getString(8)),
              type,
              row.getString(10),
              same && before != null ? before.sample() : null,
              same && before != null ? before.problem() : "",
              same && before != null ? before.age() : null);
        },
        catalogue.schemas());
  }

  private Map<String, Remembered> remembered() throws SQLException {
    Map<String, Remembered> remembered = new HashMap<>();
    if (!session.holds("SELECT to_regclass('sluice.examined_columns') IS NOT NULL")) {
      return remembered;
    }
    session.transaction(
        () -> {
          session.asOwner(
              () ->
                  session.query(
                      REMEMBERED,
                      row ->
                          remembered.put(row.getLong(1) + " " + row.getInt(2), remembered(row))));
          return true;
        });
    return remembered;
  }

  private static Remembered remembered(ResultSet row) throws SQLException {
    return new Remembered(
        row.getString(3),
        row.getBoolean(4) ? sample(row.getInt(5), row.getString(6)) : null,
        row.getString(7),
        Duration.ofMillis(row.getLong(8)));
  }

  /** Rows that a policy hides from the owner of the views are not read: of these the names tell. */
  private static final String COLUMNS =
      """
      SELECT c.oid::bigint, n.nspname, c.relname, c.reltuples, c.relpages::bigint,
             c.relkind <> 'f' AND NOT c.relrowsecurity,
             a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
             coalesce(pg_catalog.col_description(c.oid, a.attnum), '')
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
      WHERE n.nspname = ANY (?) AND c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY n.nspname, c.relname, a.attnum
      """;

  private static final String REMEMBERED =
      """
      SELECT e.relation::bigint, e.number, e.type, e.examined_at IS NOT NULL, e.looked, e.found, e.problem,
             (extract(epoch FROM now() - e.tried_at) * 1000)::bigint
      FROM sluice.examined_columns e
      """;

  /** What was found before stays where the same column could not be looked into again. */
  private static final String REMEMBER =
      """
      INSERT INTO sluice.examined_columns AS e
        (relation, number, type, looked, found, problem, examined_at, tried_at)
      SELECT ?::bigint::oid, x.number::smallint, x.type, x.looked::integer, x.found, x.problem,
             CASE WHEN x.problem = '' THEN now() END, now()
      FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
        AS x (number, type, looked, found, problem)
      ON CONFLICT (relation, number) DO UPDATE SET
        type = excluded.type,
        looked = CASE WHEN excluded.problem = '' OR e.type <> excluded.type THEN excluded.looked ELSE e.looked END,
        found = CASE WHEN excluded.problem = '' OR e.type <> excluded.type THEN excluded.found ELSE e.found END,
        problem = excluded.problem,
        examined_at = CASE WHEN excluded.problem = '' OR e.type <> excluded.type
          THEN excluded.examined_at ELSE e.examined_at END,
        tried_at = excluded.tried_at
      """;
}

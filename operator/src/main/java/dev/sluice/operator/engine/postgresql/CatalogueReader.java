package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.Catalogue.Relation;
import dev.sluice.policy.plan.Catalogue.RelationKind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the catalogue of some schemas, and of whatever their views and tables show of others,
 * within a transaction.
 */
final class CatalogueReader {
  private final Session session;

  CatalogueReader(Session session) {
    this.session = session;
  }

  Catalogue read(Collection<String> schemas) throws SQLException {
    Set<String> existing =
        new HashSet<>(
            session.query(
                "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY (?)",
                row -> row.getString(1),
                schemas));
    Map<Long, Found> relations = new HashMap<>();
    for (Found found : session.query(RELATIONS, CatalogueReader::relation, schemas)) {
      relations.put(found.id(), found);
    }
    List<String> ids = relations.keySet().stream().map(String::valueOf).toList();
    columns(relations, ids);
    for (Link link : session.query(LINKS, CatalogueReader::link, ids)) {
      Objects.requireNonNull(relations.get(link.from())).add(link, relations);
    }
    renamed(relations, ids);
    return Catalogue.of(
        session.versionText(), existing, relations.values().stream().map(Found::relation).toList());
  }

  private void columns(Map<Long, Found> relations, List<String> ids) throws SQLException {
    List<FoundColumn> columns = session.query(COLUMNS, ColumnTypes::column, ids);
    for (FoundColumn column : columns) {
      Objects.requireNonNull(relations.get(column.relation())).columns.add(column);
    }
    record Definition(long relation, String tree) {}
    for (Definition definition :
        session.query(DEFINITIONS, row -> new Definition(row.getLong(1), row.getString(2)), ids)) {
      Objects.requireNonNull(relations.get(definition.relation())).origins =
          ViewOrigins.read(definition.tree());
    }
  }

  /** Which columns were masked under another name, as the engine noted when it masked them. */
  private void renamed(Map<Long, Found> relations, List<String> ids) throws SQLException {
    if (!session.any(
        "SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('sluice.masked_columns')"
            + " AND attname = 'table_name'")) {
      return;
    }
    record Noted(long relation, int number, ColumnName name) {}
    List<Noted> noted =
        session.ownerReads(
            () ->
                session.query(
                    NOTED,
                    row ->
                        new Noted(
                            row.getLong(1),
                            row.getInt(2),
                            new ColumnName(
                                new RelationName(row.getString(3), row.getString(4)),
                                row.getString(5))),
                    ids));
    for (Noted each : noted) {
      Objects.requireNonNull(relations.get(each.relation()))
          .noted
          .computeIfAbsent(each.number(), ignored -> new ArrayList<>())
          .add(each.name());
    }
  }

  private static Found relation(java.sql.ResultSet row) throws SQLException {
    return new Found(
        row.getLong(1),
        new RelationName(row.getString(2), row.getString(3)),
        switch (row.getString(4)) {
          case "r" -> RelationKind.TABLE;
          case "p" -> RelationKind.PARTITIONED_TABLE;
          case "v" -> RelationKind.VIEW;
          case "m" -> RelationKind.MATERIALIZED_VIEW;
          case "f" -> RelationKind.FOREIGN_TABLE;
          default -> throw new IllegalStateException("relkind " + row.getString(4));
        },
        row.getBoolean(5),
        row.getBoolean(6));
  }

  private static Link link(java.sql.ResultSet row) throws SQLException {
    return new Link(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getInt(4),
        row.getString(5),
        row.getString(6),
        row.getInt(7));
  }

  /**
   * Something that belongs to a relation.
   *
   * @param from the relation
   * @param kind {@code reads}, {@code calls}, {@code parent}, {@code policy}, {@code sequence} or
   *     {@code generated}
   * @param to the other relation, where there is one
   * @param number the other relation's column; 0: none, or of one that is read, all of them
   * @param schema of a sequence
   * @param name of a sequence, role or function
   * @param own the relation's own column; 0: none
   */
  record Link(long from, String kind, long to, int number, String schema, String name, int own) {}

  /** A column as it was found. */
  record FoundColumn(
      long relation,
      int number,
      String name,
      dev.sluice.policy.mask.ColumnType type,
      boolean notNull,
      boolean generated,
      boolean identity) {}

  /** A relation while its parts are gathered. */
  private static final class Found {
    private final long id;
    private final RelationName name;
    private final RelationKind kind;
    private final boolean updatable;
    private final boolean rowSecurity;
    private final List<FoundColumn> columns = new ArrayList<>();
    private final Set<String> roles = new HashSet<>();
    private final List<RelationName> sequences = new ArrayList<>();
    private final List<Found> parents = new ArrayList<>();
    private final List<Map.Entry<Found, Integer>> reads = new ArrayList<>();
    private final Set<String> functions = new HashSet<>();
    private final Map<Integer, List<Integer>> generated = new HashMap<>();
    private final Map<Integer, List<ColumnName>> noted = new HashMap<>();
    private Map<Integer, ViewOrigins.Origin> origins = Map.of();
    private Map<Long, Found> others = Map.of();

    Found(long id, RelationName name, RelationKind kind, boolean updatable, boolean rowSecurity) {
      this.id = id;
      this.name = name;
      this.kind = kind;
      this.updatable = updatable;
      this.rowSecurity = rowSecurity;
    }

    long id() {
      return id;
    }

    void add(Link link, Map<Long, Found> all) {
      others = all;
      Found other = all.get(link.to());
      switch (link.kind()) {
        case "reads" -> {
          if (other != null) {
            reads.add(Map.entry(other, link.number()));
          }
        }
        case "calls" -> functions.add(link.name());
        case "parent" -> {
          if (other != null) {
            parents.add(other);
          }
        }
        case "policy" -> roles.add(link.name());
        case "sequence" -> sequences.add(new RelationName(link.schema(), link.name()));
        case "generated" ->
            generated.computeIfAbsent(link.own(), ignored -> new ArrayList<>()).add(link.number());
        default -> throw new IllegalStateException("link " + link.kind());
      }
    }

    Relation relation() {
      return new Relation(
          name,
          kind,
          columns.stream().map(this::column).toList(),
          updatable,
          rowSecurity,
          roles,
          sequences.stream().distinct().sorted().toList(),
          parents.stream().map(parent -> parent.name).distinct().sorted().toList(),
          reads(),
          functions);
    }

    private Set<ColumnName> reads() {
      Set<ColumnName> names = new HashSet<>();
      for (Map.Entry<Found, Integer> read : reads) {
        Found other = read.getKey();
        other.columns.stream()
            .filter(column -> read.getValue() == 0 || read.getValue() == column.number())
            .forEach(column -> names.add(new ColumnName(other.name, column.name())));
      }
      return names;
    }

    private Column column(FoundColumn found) {
      ViewOrigins.Origin origin = origins.get(found.number());
      Found source = origin == null ? null : others.get(origin.relation());
      String sourceColumn =
          source == null || origin == null ? null : source.columnName(origin.column());
      return new Column(
          found.name(),
          found.type(),
          found.notNull(),
          found.generated(),
          found.identity(),
          generated.getOrDefault(found.number(), List.of()).stream()
              .map(this::columnName)
              .filter(Objects::nonNull)
              .map(Objects::requireNonNull)
              .toList(),
          source == null || sourceColumn == null ? null : new ColumnName(source.name, sourceColumn),
          noted.getOrDefault(found.number(), List.of()).stream()
              .filter(former -> !former.equals(new ColumnName(name, found.name())))
              .sorted(Comparator.comparing(ColumnName::relation).thenComparing(ColumnName::column))
              .toList());
    }

    private @Nullable String columnName(int number) {
      return columns.stream()
          .filter(column -> column.number() == number)
          .map(FoundColumn::name)
          .findFirst()
          .orElse(null);
    }
  }

  /** Notes of earlier releases do not name the table: it is still called the same. */
  private static final String NOTED =
      """
      SELECT m.relation::bigint, m.number, coalesce(nullif(m.table_schema, ''), n.nspname),
             coalesce(nullif(m.table_name, ''), c.relname), m.name
      FROM sluice.masked_columns m
      JOIN pg_catalog.pg_class c ON c.oid = m.relation
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE m.relation::text = ANY (?)
      """;

  private static final String RELATIONS =
      """
      WITH RECURSIVE wanted (oid) AS (
        SELECT c.oid
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY (?)
        UNION
        SELECT next.oid
        FROM wanted w CROSS JOIN LATERAL (
          SELECT d.refobjid AS oid
          FROM pg_catalog.pg_rewrite r
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
          WHERE r.ev_class = w.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
          UNION ALL
          SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = w.oid
          UNION ALL
          SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = w.oid
        ) next
      )
      SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text,
             CASE WHEN c.relkind IN ('r', 'p') THEN true
                  ELSE pg_catalog.pg_relation_is_updatable(c.oid, true) & 28 <> 0 END,
             c.relrowsecurity
      FROM wanted w
      JOIN pg_catalog.pg_class c ON c.oid = w.oid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      """;

  /** There are few types and many columns, so each type is looked into once. */
  private static final String COLUMNS =
      """
      WITH wanted AS MATERIALIZED (
        SELECT a.attrelid, a.attnum, a.attname, a.attnotnull, a.attgenerated, a.attidentity, a.atttypid, a.atttypmod
        FROM unnest(?::text[]) AS x (id) JOIN pg_catalog.pg_attribute a ON a.attrelid = x.id::oid
        WHERE a.attnum > 0 AND NOT a.attisdropped
      ), types AS MATERIALIZED (
        SELECT d.atttypid, d.atttypmod, pg_catalog.format_type(b.oid, b.modifier) AS name, n.nspname, t.typname, t.typtype::text AS typtype, b.modifier,
               ARRAY(SELECT l.enumlabel::text FROM pg_catalog.pg_enum l
                     WHERE l.enumtypid = coalesce(e.oid, t.oid) ORDER BY l.enumsortorder) AS labels,
               pg_catalog.format_type(e.oid, b.modifier) AS element, en.nspname AS element_schema, e.typname AS element_name, e.typtype::text AS element_type
        FROM (SELECT DISTINCT atttypid, atttypmod FROM wanted) d
        CROSS JOIN LATERAL (
          WITH RECURSIVE domains (oid, modifier, depth) AS (
            SELECT d.atttypid, d.atttypmod, 0
            UNION ALL
            SELECT t.typbasetype, t.typtypmod, d.depth + 1
            FROM domains d JOIN pg_catalog.pg_type t ON t.oid = d.oid
            WHERE t.typtype = 'd'
          )
          SELECT d.oid, d.modifier FROM domains d ORDER BY d.depth DESC LIMIT 1
        ) b
        JOIN pg_catalog.pg_type t ON t.oid = b.oid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
        LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
      )
      SELECT w.attrelid::bigint, w.attnum, w.attname, w.attnotnull, w.attgenerated <> '', w.attidentity <> '',
             t.name, t.nspname, t.typname, t.typtype, t.modifier, t.labels, t.element, t.element_schema, t.element_name, t.element_type
      FROM wanted w JOIN types t USING (atttypid, atttypmod)
      ORDER BY w.attrelid, w.attnum
      """;

  private static final String DEFINITIONS =
      """
      SELECT r.ev_class::bigint, r.ev_action::text
      FROM pg_catalog.pg_rewrite r
      WHERE r.ev_class IN (SELECT x.id::oid FROM unnest(?::text[]) AS x (id)) AND r.rulename = '_RETURN'
      """;

  /**
   * The parts of a relation: columns that a view reads, functions that it calls, parents, roles of
   * row-level policies, sequences of defaults, and columns that generated ones are computed from
   * (whose dependency is the default's from version 15 on, the column's before).
   *
   * <p>Of a row as a whole (a variable with the number 0 in the stored query) the server notes no
   * columns, so that a view with one counts as reading every column of whatever it reads.
   *
   * <p>A function in a view runs with the rights of who reads the view, but one that is SECURITY
   * DEFINER; in a materialised view all have run with those of its owner. One that is IMMUTABLE
   * promises to read nothing.
   */
  private static final String LINKS =
      """
      WITH RECURSIVE wanted AS (SELECT unnest(?::text[])::oid AS oid),
      rules AS (
        SELECT r.oid, r.ev_class, c.relkind, strpos(r.ev_action::text, ':varattno 0 ') > 0 AS whole
        FROM wanted w
        JOIN pg_catalog.pg_class c ON c.oid = w.oid
        JOIN pg_catalog.pg_rewrite r ON r.ev_class = w.oid AND r.rulename = '_RETURN'
      ),
      calls (relation, relkind, class, object) AS (
        SELECT r.ev_class, r.relkind, 'pg_catalog.pg_rewrite'::regclass::oid, r.oid FROM rules r
        UNION
        SELECT c.relation, c.relkind, d.refclassid, d.refobjid
        FROM calls c
        JOIN pg_catalog.pg_depend d ON d.classid = c.class AND d.objid = c.object
        WHERE d.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
      )
      SELECT DISTINCT r.ev_class::bigint, 'reads', d.refobjid::bigint,
             CASE WHEN r.whole THEN 0 ELSE d.refobjsubid END, '', '', 0
      FROM rules r
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
      WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND (d.refobjsubid > 0 OR r.whole)
        AND d.refobjid <> r.ev_class
      UNION ALL
      SELECT c.relation::bigint, 'calls', 0, 0, '', p.oid::regprocedure::text, 0
      FROM calls c
      JOIN pg_catalog.pg_proc p ON p.oid = c.object AND c.class = 'pg_catalog.pg_proc'::regclass
      WHERE (p.prosecdef OR (c.relkind = 'm' AND p.provolatile <> 'i'))
        AND p.pronamespace <> 'information_schema'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
      UNION ALL
      SELECT i.inhrelid::bigint, 'parent', i.inhparent::bigint, 0, '', '', 0
      FROM wanted w JOIN pg_catalog.pg_inherits i ON i.inhrelid = w.oid
      UNION ALL
      SELECT p.polrelid::bigint, 'policy', 0, 0, '', CASE m.id WHEN 0 THEN 'public' ELSE m.id::regrole::text END, 0
      FROM wanted w
      JOIN pg_catalog.pg_policy p ON p.polrelid = w.oid
      CROSS JOIN LATERAL unnest(p.polroles) AS m (id)
      UNION ALL
      SELECT f.adrelid::bigint, 'sequence', 0, 0, n.nspname, s.relname, 0
      FROM wanted w
      JOIN pg_catalog.pg_attrdef f ON f.adrelid = w.oid
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass
      JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
      JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
      UNION ALL
      SELECT f.adrelid::bigint, 'generated', f.adrelid::bigint, d.refobjsubid, '', '', f.adnum
      FROM wanted w
      JOIN pg_catalog.pg_attrdef f ON f.adrelid = w.oid
      JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attgenerated <> ''
      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = f.adrelid
        AND d.refobjsubid > 0 AND d.refobjsubid <> f.adnum
        AND ((d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid)
          OR (d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = f.adrelid AND d.objsubid = f.adnum))
      """;
}

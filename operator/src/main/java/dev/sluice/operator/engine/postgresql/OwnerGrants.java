package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the owner of all masked views holds on tables: what its views need, and no more. */
final class OwnerGrants {
  private static final Pattern NEEDS = Pattern.compile(" owner=([A-Z,]+)]");

  private final Session session;

  OwnerGrants(Session session) {
    this.session = session;
  }

  /** Gives what views need that are about to be made. */
  boolean add(Collection<MaskedView> views, PlanDifference difference) throws SQLException {
    Set<Grant> needed = new TreeSet<>();
    for (MaskedView view : views) {
      needed.add(Grant.ofSchema(view.base().schema(), "USAGE"));
      view.ownerPrivileges()
          .forEach(privilege -> needed.add(Grant.ofTable(view.base(), "", privilege)));
    }
    typeSchemas(views).forEach(schema -> needed.add(Grant.ofSchema(schema, "USAGE")));
    needed.removeAll(HeldGrants.on(session, RoleNames.OWNER, difference.only()));
    for (String statement : Grant.statements(needed, RoleNames.OWNER, true)) {
      session.run(statement);
    }
    return !needed.isEmpty();
  }

  /** Schemas of the types of masked columns: one question for all, since there may be thousands. */
  private List<String> typeSchemas(Collection<MaskedView> views) throws SQLException {
    List<String> schemas = new ArrayList<>();
    List<String> tables = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (MaskedView view : views) {
      for (String column : view.masked()) {
        schemas.add(view.base().schema());
        tables.add(view.base().name());
        columns.add(column);
      }
    }
    return columns.isEmpty()
        ? List.of()
        : session.query(TYPES, row -> row.getString(1), schemas, tables, columns);
  }

  /** Takes what no view needs any more. */
  boolean prune() throws SQLException {
    return prune(null);
  }

  /**
   * The same on some tables. What is held on schemas, where a table's or a type's name is looked
   * up, can wait until everything is looked at: it lets nobody read.
   *
   * @param only the tables; null: everything is looked at
   */
  boolean prune(@Nullable Set<RelationName> only) throws SQLException {
    if (only != null && only.isEmpty()) {
      return false;
    }
    Set<Grant> needed = new HashSet<>();
    for (Use use : uses(only)) {
      needed.add(Grant.ofSchema(use.base().schema(), "USAGE"));
      Matcher matcher = NEEDS.matcher(use.comment());
      for (String privilege : matcher.find() ? matcher.group(1).split(",", -1) : new String[0]) {
        needed.add(Grant.ofTable(use.base(), "", privilege));
      }
    }
    Set<Grant> superfluous = new TreeSet<>(HeldGrants.on(session, RoleNames.OWNER, only));
    if (only == null) {
      session
          .query(TYPES_USED, row -> row.getString(1), RoleNames.OWNER)
          .forEach(schema -> needed.add(Grant.ofSchema(schema, "USAGE")));
    } else {
      superfluous.removeIf(grant -> grant.relation().isEmpty());
    }
    superfluous.removeAll(needed);
    superfluous.removeIf(grant -> grant.schema().startsWith(RoleNames.SCHEMA));
    for (String statement : Grant.statements(superfluous, RoleNames.OWNER, false)) {
      session.run(statement);
    }
    return !superfluous.isEmpty();
  }

  /** A view of the owner's on a table. */
  private record Use(RelationName base, String comment) {}

  private List<Use> uses(@Nullable Set<RelationName> only) throws SQLException {
    List<Object> values = new ArrayList<>(List.of(RoleNames.OWNER));
    if (only != null) {
      List<RelationName> some = List.copyOf(only);
      values.add(some.stream().map(RelationName::schema).toList());
      values.add(some.stream().map(RelationName::name).toList());
    }
    return session.query(
        USED + (only == null ? "" : ON_SOME) + SHOWN,
        row -> new Use(new RelationName(row.getString(1), row.getString(2)), row.getString(3)),
        values.toArray());
  }

  private static final String USED =
      """
      WITH used AS MATERIALIZED (
        SELECT DISTINCT r.ev_class AS view, d.refobjid AS base
        FROM pg_catalog.pg_class v
        JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid
        JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> v.oid
        WHERE v.relowner = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?)
      """;

  private static final String SHOWN =
      """
      )
      SELECT n.nspname, b.relname, coalesce(x.description, '')
      FROM used u
      JOIN pg_catalog.pg_class b ON b.oid = u.base
      JOIN pg_catalog.pg_namespace n ON n.oid = b.relnamespace
      LEFT JOIN pg_catalog.pg_description x
        ON x.objoid = u.view AND x.classoid = 'pg_catalog.pg_class'::regclass AND x.objsubid = 0
      """;

  private static final String ON_SOME =
      """
          AND d.refobjid IN (
            SELECT c.oid
            FROM unnest(?::text[], ?::text[]) AS x (schema, name)
            JOIN pg_catalog.pg_namespace n ON n.nspname = x.schema
            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = x.name)
      """;

  /** Schemas of the types of columns; of a domain, of the type beneath. */
  private static final String TYPES =
      """
      WITH RECURSIVE types (oid) AS (
        SELECT DISTINCT a.atttypid
        FROM unnest(?::text[], ?::text[], ?::text[]) AS x (schema, relation, name)
        JOIN pg_catalog.pg_namespace n ON n.nspname = x.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = x.relation
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = x.name
        UNION
        SELECT t.typbasetype FROM types x JOIN pg_catalog.pg_type t ON t.oid = x.oid WHERE t.typtype = 'd'
      )
      SELECT DISTINCT n.nspname
      FROM types x
      JOIN pg_catalog.pg_type t ON t.oid = x.oid AND t.typtype <> 'd'
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE n.nspname <> 'pg_catalog'
      """;

  private static final String TYPES_USED =
      """
      SELECT DISTINCT n.nspname
      FROM pg_catalog.pg_class v
      JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
        AND d.refclassid = 'pg_catalog.pg_type'::regclass
      JOIN pg_catalog.pg_type t ON t.oid = d.refobjid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE v.relowner = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?) AND n.nspname <> 'pg_catalog'
      """;
}

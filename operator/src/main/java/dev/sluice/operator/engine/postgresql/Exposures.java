package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Exposure;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds ways in which an access reaches what its plan hides, that Sluice did not open and will not
 * close by itself: privileges of PUBLIC, memberships, functions that run with another role's
 * rights.
 */
final class Exposures {
  private static final int MOST = 50;

  private final Session session;
  private final AccessPlan plan;

  Exposures(Session session, AccessPlan plan) {
    this.session = session;
    this.plan = plan;
  }

  /** All exposures, at most so many. */
  List<Exposure> find() throws SQLException {
    return find(PlanDifference.of(null, plan));
  }

  /**
   * Those of some relations and columns.
   *
   * @param difference to a plan for which there were none
   */
  List<Exposure> find(PlanDifference difference) throws SQLException {
    List<ColumnName> hidden = hidden(difference);
    List<String> schemas = hidden.stream().map(each -> each.relation().schema()).toList();
    List<String> tables = hidden.stream().map(each -> each.relation().name()).toList();
    List<String> columns = hidden.stream().map(ColumnName::column).toList();
    List<Exposure> exposures = new ArrayList<>();
    exposures.addAll(
        session.query(
            READABLE,
            row -> readable(row.getString(1), row.getString(2), row.getString(3)),
            plan.role(),
            schemas,
            tables,
            columns));
    exposures.addAll(
        session.query(
            DEFINERS,
            row -> definer(row.getString(1), row.getString(2), row.getString(3)),
            plan.role(),
            schemas,
            tables,
            columns));
    exposures.addAll(
        session.query(
            OWNED,
            row ->
                new Exposure(
                    row.getString(1),
                    "role %s owns %s and can do with it whatever it likes"
                        .formatted(plan.role(), row.getString(1)),
                    "Give it to another owner"),
            plan.role(),
            plan.schemaChanges()));
    return exposures.stream().limit(MOST).toList();
  }

  /** Masked columns, and what lies beyond the rows and columns of a grant. */
  private List<ColumnName> hidden(PlanDifference difference) throws SQLException {
    Set<ColumnName> hidden = new HashSet<>(difference.guarded());
    for (RelationPlan relation : difference.relations()) {
      if (relation.rows() != null || !relation.allColumns()) {
        Set<String> shown = new HashSet<>();
        if (relation.rows() == null) {
          relation.columns().stream()
              .filter(column -> column.mask() == null)
              .forEach(column -> shown.add(column.name()));
        }
        session
            .query(
                """
                SELECT a.attname
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
                """,
                row -> row.getString(1),
                relation.name().schema(),
                relation.name().name())
            .stream()
            .filter(column -> !shown.contains(column))
            .forEach(column -> hidden.add(new ColumnName(relation.name(), column)));
      }
    }
    return hidden.stream()
        .sorted(Comparator.comparing(ColumnName::relation).thenComparing(ColumnName::column))
        .toList();
  }

  private Exposure readable(String table, String columns, String through) {
    return through.isEmpty()
        ? new Exposure(
            table,
            "role %s can read %s of %s as it is, by ownership or membership"
                .formatted(plan.role(), columns, table),
            "Take the role out of roles that may read the table")
        : new Exposure(
            table,
            "%s may read %s of %s as it is, and so may every governed session"
                .formatted(through, columns, table),
            "REVOKE SELECT ON TABLE %s FROM %s".formatted(table, through));
  }

  private Exposure definer(String function, String owner, String columns) {
    return new Exposure(
        function,
        "function %s runs with the rights of %s, who may read %s, and governed sessions may call it"
            .formatted(function, owner, columns),
        "REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC, or make it SECURITY INVOKER"
            .formatted(function));
  }

  private static final String GUARDED =
      """
      me AS (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?),
      hidden AS (
        SELECT n.oid AS namespace, c.oid AS relation, c.relacl, a.attacl, a.attnum, a.attname
        FROM unnest(?::text[], ?::text[], ?::text[]) AS h (schema, name, attribute)
        JOIN pg_catalog.pg_namespace n ON n.nspname = h.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = h.name
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = h.attribute
      )
      """;

  private static final String READABLE =
      "WITH "
          + GUARDED
          + """
          SELECT h.relation::regclass::text, string_agg(quote_ident(h.attname), ', ' ORDER BY h.attnum),
                 CASE WHEN bool_or(EXISTS (
                        SELECT FROM pg_catalog.aclexplode(h.relacl) x
                        WHERE x.grantee = 0 AND x.privilege_type = 'SELECT'
                        UNION ALL
                        SELECT FROM pg_catalog.aclexplode(h.attacl) x
                        WHERE x.grantee = 0 AND x.privilege_type = 'SELECT')) THEN 'PUBLIC' ELSE '' END
          FROM hidden h, me
          WHERE pg_catalog.has_schema_privilege(me.oid, h.namespace, 'USAGE')
            AND pg_catalog.has_column_privilege(me.oid, h.relation, h.attnum, 'SELECT')
          GROUP BY h.relation
          ORDER BY 1
          """;

  /**
   * Functions of extensions are their authors' affair; triggers are not called by sessions; what
   * finds rows by masked values belongs to the grant.
   */
  private static final String DEFINERS =
      "WITH "
          + GUARDED
          + """
          , definers AS MATERIALIZED (
            SELECT p.oid, p.proowner
            FROM me, pg_catalog.pg_proc p
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'sluice')
              AND NOT (p.proowner = n.nspowner AND pg_catalog.pg_get_userbyid(p.proowner) = 'sluice_owner')
              AND p.prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
              AND pg_catalog.has_schema_privilege(me.oid, n.oid, 'USAGE')
              AND pg_catalog.has_function_privilege(me.oid, p.oid, 'EXECUTE')
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                              WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
          ),
          readable AS MATERIALIZED (
            SELECT o.proowner, h.relation, h.attnum, h.attname
            FROM (SELECT DISTINCT proowner FROM definers) o, hidden h
            WHERE pg_catalog.has_column_privilege(o.proowner, h.relation, h.attnum, 'SELECT')
          )
          SELECT p.oid::regprocedure::text, quote_ident(pg_catalog.pg_get_userbyid(p.proowner)),
                 string_agg(h.relation::regclass::text || '.' || quote_ident(h.attname), ', ' ORDER BY h.relation, h.attnum)
          FROM definers p JOIN readable h ON h.proowner = p.proowner
          GROUP BY p.oid, p.proowner
          ORDER BY 1
          """;

  /** An access that may change the schema owns what it makes. */
  private static final String OWNED =
      """
      SELECT i.type || ' ' || i.identity
      FROM pg_catalog.pg_shdepend d
      JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
      CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i
      WHERE r.rolname = ? AND NOT ? AND d.deptype = 'o'
        AND d.refclassid = 'pg_catalog.pg_authid'::regclass
        AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      ORDER BY 1
      """;
}

package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.AccessPlan.RowFilter;
import dev.sluice.policy.plan.PredicateText;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a row filter before it becomes part of a view that runs with the rights of the owner of
 * all masked views. A filter is written by the author of an access, who must gain nothing by it:
 *
 * <ul>
 *   <li>as text, it cannot leave the parentheses that it is put in;
 *   <li>as the server understood it, it has no subquery and so reads no other table, names no
 *       masked column, and does not use the row as a whole, which holds the masked columns too.
 * </ul>
 */
final class RowFilterCheck {
  private final Session session;

  RowFilterCheck(Session session) {
    this.session = session;
  }

  /**
   * Looks at the filter of one relation, within a transaction, in which it leaves nothing.
   *
   * @param schema where a view can be made for a moment
   * @param relation the relation, which has a filter
   * @return why the filter may not be used; null where it may
   */
  @Nullable EngineException problem(String schema, RelationPlan relation) throws SQLException {
    try {
      session.attempt(() -> check(schema, relation));
      return null;
    } catch (EngineException e) {
      if (e.category() == Category.PlanRefused) {
        return e;
      }
      throw e;
    }
  }

  private void check(String schema, RelationPlan relation) throws SQLException {
    RowFilter rows = Objects.requireNonNull(relation.rows());
    String textual = PredicateText.problem(rows.predicate());
    if (textual != null) {
      throw refused(rows, textual, "Write one condition such as region = 'EU'");
    }
    // Longer than any name of a table can be in UTF-8 with this start: none is in its way.
    RelationName probe = new RelationName(schema, "sluice row filter under test");
    try {
      session.attempt(
          () ->
              session.asOwner(
                  () ->
                      session.run(
                          "CREATE VIEW %s AS SELECT 1 AS one FROM %s AS %s WHERE (\n%s\n)"
                              .formatted(
                                  Sql.name(probe),
                                  Sql.name(relation.name()),
                                  Sql.name(relation.name().name()),
                                  rows.predicate()))));
    } catch (SQLException e) {
      if (ServerErrors.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
      throw refused(
          rows,
          ServerErrors.text(e),
          "Correct the condition; operators and functions outside pg_catalog need their schema");
    }
    // To name something, a role must be allowed into its schema, and the admin need not be.
    session.asOwner(
        () -> {
          look(probe, rows, relation);
          session.run("DROP VIEW " + Sql.name(probe));
        });
  }

  private void look(RelationName probe, RowFilter rows, RelationPlan relation) throws SQLException {
    String view = Sql.name(probe);
    String tree =
        session.one(
            "SELECT ev_action::text FROM pg_catalog.pg_rewrite WHERE ev_class = ?::regclass",
            row -> row.getString(1),
            view);
    // Braces in names and constants are escaped in this text, so these can only be the nodes.
    if (tree.contains("{SUBLINK ") || tree.contains("{SUBLINK\n")) {
      throw refused(
          rows, "it has a subquery", "Name columns of %s alone".formatted(relation.name()));
    }
    if (tree.contains(":varattno 0 ")) {
      throw refused(
          rows,
          "it uses the row as a whole, which holds what this access may not see",
          "Name single columns");
    }
    Set<String> named =
        new TreeSet<>(
            session.query(
                """
                SELECT a.attname
                FROM pg_catalog.pg_rewrite r
                JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
                JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE r.ev_class = ?::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
                  AND d.refobjsubid <> 0 AND d.refobjid <> r.ev_class
                """,
                row -> row.getString(1),
                view));
    named.removeAll(Set.copyOf(rows.readable()));
    if (!named.isEmpty()) {
      throw refused(
          rows,
          "it reads %s, which is masked for this access, so that its values could be found out"
              .formatted(String.join(", ", named)),
          "Name columns that are not masked");
    }
    otherRelations(view, rows, relation);
  }

  private void otherRelations(String view, RowFilter rows, RelationPlan relation)
      throws SQLException {
    List<String> others =
        session.query(
            """
            SELECT DISTINCT d.refobjid::regclass::text
            FROM pg_catalog.pg_rewrite r
            JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
            WHERE r.ev_class = ?::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
              AND d.refobjid NOT IN (r.ev_class, ?::regclass)
            """,
            row -> row.getString(1),
            view,
            Sql.name(relation.name()));
    if (!others.isEmpty()) {
      throw refused(
          rows,
          "it reads " + String.join(", ", others),
          "Name columns of %s alone".formatted(relation.name()));
    }
  }

  private static EngineException refused(RowFilter rows, String reason, String remedy) {
    return new EngineException(
        Category.PlanRefused,
        "%s: the row filter cannot be used: %s".formatted(rows.field(), reason),
        remedy);
  }
}

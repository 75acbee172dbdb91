package dev.sluice.sql.postgres.tree;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in the nesting of queries, which decides what a name there means.
 *
 * @param query the query around the place
 * @param expression which of the query's WITH expressions the place is in; {@link #BODY}: in none
 * @param outer the place that the query is in; null: it is the statement itself
 */
record Frame(Query query, int expression, @Nullable Frame outer) {

  static final int BODY = -1;

  /** What the names of a query are, filled while it is read: the tree gives WITH after FROM. */
  static final class Query {
    final List<String> expressions = new ArrayList<>(0);
    final List<Draft.Reference> relations = new ArrayList<>(1);
    boolean recursive;
  }

  static Frame of(@Nullable Frame outer) {
    return new Frame(new Query(), BODY, outer);
  }

  Frame inExpression(int index) {
    return new Frame(query, index, outer);
  }

  /**
   * Whether an unqualified name in FROM here means a WITH expression: PostgreSQL looks inside out,
   * and back only.
   */
  boolean namesExpression(String name) {
    for (Frame frame = this; frame != null; frame = frame.outer) {
      int visible =
          frame.query.recursive || frame.expression == BODY
              ? frame.query.expressions.size()
              : frame.expression;
      if (frame.query.expressions.subList(0, visible).contains(name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The relation that {@code schema.name.column} here means, by the nearest one of that name; null:
   * none.
   */
  Draft.@Nullable Reference relation(String schema, String name) {
    for (Frame frame = this; frame != null; frame = frame.outer) {
      for (Draft.Reference reference : frame.query.relations) {
        if (!reference.aliased
            && reference.name.equals(name)
            && (reference.schema == null
                ? !reference.expression()
                : reference.schema.equals(schema))) {
          return reference;
        }
      }
    }
    return null;
  }
}

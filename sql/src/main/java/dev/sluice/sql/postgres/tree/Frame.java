package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.tree.Draft.Reference;
import java.util.HashMap;
import java.util.Map;
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
    private final Map<String, Integer> expressions = new HashMap<>(0);
    private final Map<RelationKey, Reference> relations = new HashMap<>(2);
    private final Map<String, @Nullable Reference> sources = new HashMap<>(2);
    private int expressionCount;
    boolean recursive;

    /** Adds a WITH expression and returns its index. */
    int add(String expression) {
      expressions.putIfAbsent(expression, expressionCount);
      return expressionCount++;
    }

    /** Adds a relation that columns may be named by. */
    void add(Reference reference) {
      if (reference.alias == null) {
        relations.putIfAbsent(new RelationKey(reference.schema, reference.name), reference);
        sources.putIfAbsent(reference.name, reference);
      } else {
        sources.put(reference.alias, reference);
      }
    }

    /** Adds a name for what is in FROM and is no relation: a query, a function, a join. */
    void addDerived(String alias) {
      sources.put(alias, null);
    }

    private boolean has(String expression, int visible) {
      Integer index = expressions.get(expression);
      return index != null && index < visible;
    }
  }

  private record RelationKey(@Nullable String schema, String name) {}

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
      boolean all = frame.query.recursive || frame.expression == BODY;
      if (frame.query.has(name, all ? frame.query.expressionCount : frame.expression)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The relation, or WITH expression, that {@code name.column} here means; null: none, or something
   * in FROM that is neither.
   */
  @Nullable Reference source(String name) {
    for (Frame frame = this; frame != null; frame = frame.outer) {
      if (frame.query.sources.containsKey(name)) {
        return frame.query.sources.get(name);
      }
    }
    return null;
  }

  /**
   * The relation that {@code schema.name.column} here means, by the nearest one of that name; null:
   * none.
   */
  @Nullable Reference relation(String schema, String name) {
    for (Frame frame = this; frame != null; frame = frame.outer) {
      Reference qualified = frame.query.relations.get(new RelationKey(schema, name));
      if (qualified != null) {
        return qualified;
      }
      Reference unqualified = frame.query.relations.get(new RelationKey(null, name));
      if (unqualified != null && !unqualified.expression()) {
        return unqualified;
      }
    }
    return null;
  }
}

package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.tree.Draft.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in the nesting of queries, which decides what a name there means.
 *
 * @param query the query around the place
 * @param expression which of the query's WITH expressions the place is in; {@link #BODY}: in none
 * @param sees how many of the query's sources columns here may be of, from the first; {@link #ALL}:
 *     all of them
 * @param outer the place that the query is in; null: it is the statement itself
 */
record Frame(Query query, int expression, int sees, @Nullable Frame outer) {

  static final int BODY = -1;
  static final int ALL = Integer.MAX_VALUE;

  /** What the names of a query are, filled while it is read: the tree gives WITH after FROM. */
  static final class Query {
    final List<Source> sources = new ArrayList<>(2);
    Outputs outputs = new Outputs();
    private final Map<String, Integer> expressions = new HashMap<>(0);
    private final List<Source> expressionSources = new ArrayList<>(0);
    private final Map<RelationKey, Reference> relations = new HashMap<>(2);
    private final Map<String, Source> named = new HashMap<>(2);
    boolean recursive;

    /** Its WHERE, where that says that a column is a constant; null: it does not. */
    Condition.@Nullable Equality equality;

    /** Where that says that columns are equal to constants or parameters. */
    List<Condition.Comparison> comparisons = List.of();

    /** Adds a WITH expression and returns its index. */
    int add(String expression) {
      int index = expressionSources.size();
      expressions.putIfAbsent(expression, index);
      expressionSources.add(Source.function(List.of(), Source.Alias.NONE));
      return index;
    }

    /** Says what a WITH expression gives. */
    void give(int expression, Source source) {
      expressionSources.set(expression, source);
    }

    /** Adds a relation that columns may be named by. */
    void add(Reference reference) {
      Source source = Source.of(reference);
      source.index = sources.size();
      sources.add(source);
      if (reference.alias == null) {
        relations.putIfAbsent(new RelationKey(reference.schema, reference.name), reference);
        named.putIfAbsent(reference.name, source);
      } else {
        named.put(reference.alias, source);
      }
    }

    /** Adds what is in FROM and is no relation: a query, a function, a join. */
    void add(Source source) {
      source.index = sources.size();
      sources.add(source);
      if (source.name != null) {
        named.put(source.name, source);
      }
    }

    private boolean has(String expression, int visible) {
      Integer index = expressions.get(expression);
      return index != null && index < visible;
    }
  }

  private record RelationKey(@Nullable String schema, String name) {}

  static Frame of(@Nullable Frame outer) {
    return new Frame(new Query(), BODY, ALL, outer);
  }

  /** The place for columns of a relation that is defined, whose rows are called new and old. */
  static Frame of(Reference subject) {
    Frame frame = new Frame(new Query(), BODY, ALL, null);
    frame.query.add(subject);
    for (String row : List.of("new", "old")) {
      frame.query.named.put(row, frame.query.sources.getFirst());
    }
    return frame;
  }

  Frame inExpression(int index) {
    return new Frame(query, index, 0, outer);
  }

  /** The same place for what does not see what the query reads, as the rows of an INSERT. */
  Frame withoutSources() {
    return new Frame(query, expression, 0, outer);
  }

  /** The same place for what sees what the query reads so far, as LATERAL does. */
  Frame withEarlierSources() {
    return new Frame(query, expression, Math.min(sees, query.sources.size()), outer);
  }

  /** The sources of the query that columns here may be of. */
  List<Source> sources() {
    return sees >= query.sources.size() ? query.sources : query.sources.subList(0, sees);
  }

  /**
   * The WITH expression that an unqualified name in FROM here means; null: it means none.
   * PostgreSQL looks inside out, and back only.
   */
  @Nullable Source expression(String name) {
    for (Frame frame = this; frame != null; frame = frame.outer) {
      Query query = frame.query;
      boolean all = query.recursive || frame.expression == BODY;
      if (query.has(name, all ? query.expressionSources.size() : frame.expression)) {
        return query.expressionSources.get(query.expressions.getOrDefault(name, 0));
      }
    }
    return null;
  }

  /** What {@code name.column} here names a column of; null: nothing of that name. */
  @Nullable Source source(String name) {
    for (Frame frame = this; frame != null; frame = frame.outer) {
      Source source = frame.query.named.get(name);
      if (source != null && source.index < frame.sees) {
        return source;
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

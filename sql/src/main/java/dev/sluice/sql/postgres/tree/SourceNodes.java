package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.grammar.TreeReader;
import dev.sluice.sql.postgres.tree.Draft.Join;
import dev.sluice.sql.postgres.tree.Source.Alias;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Readers of what stands in FROM beside relations: joins, queries, functions. */
final class SourceNodes {

  private final Walk walk;

  /** The columns of the XMLTABLE or JSON_TABLE that is being read. */
  private List<String> columns = new ArrayList<>(0);

  SourceNodes(Walk walk) {
    this.walk = walk;
  }

  /** Reads the fields of a node of a type; null: it is none of these, and nothing was read. */
  @Nullable Condition fields(String type) {
    return switch (type) {
      case "JoinExpr" -> join();
      case "RangeSubselect" -> query();
      case "RangeFunction" -> function();
      case "RangeTableFunc", "JsonTable" -> table();
      case "RangeTableFuncCol", "JsonTableColumn" -> column();
      default -> null;
    };
  }

  private Condition join() {
    Frame frame = walk.frame;
    if (frame == null) {
      throw new IllegalStateException("a join outside a query");
    }
    Frame.Query query = frame.query();
    int left = query.sources.size();
    int right = left;
    int end = left;
    String type = "";
    boolean natural = false;
    List<String> using = List.of();
    Alias alias = Alias.NONE;
    Alias usingAlias = Alias.NONE;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "jointype" -> type = walk.tree.text();
        case "isNatural" -> natural = walk.tree.truth();
        case "larg" -> {
          walk.value(field);
          right = query.sources.size();
        }
        case "rarg" -> {
          walk.value(field);
          end = query.sources.size();
        }
        case "usingClause" -> using = walk.strings();
        case "join_using_alias" -> usingAlias = alias();
        case "alias" -> alias = alias();
        default -> walk.value(field);
      }
    }
    if (type.equals("JOIN_RIGHT") || type.equals("JOIN_FULL")) {
      query.sources.subList(left, right).forEach(source -> source.nullable = true);
    }
    if (type.equals("JOIN_LEFT") || type.equals("JOIN_FULL")) {
      query.sources.subList(right, end).forEach(source -> source.nullable = true);
    }
    if (natural || !using.isEmpty()) {
      walk.draft.joins.add(new Join(query, left, right, end, using, natural));
    }
    for (Alias name : List.of(usingAlias, alias)) {
      if (name.name() != null) {
        query.add(Source.join(query, left, end, name));
      }
    }
    return Condition.CONSTANT;
  }

  private Condition query() {
    @Nullable Frame frame = walk.frame;
    Outputs outputs = new Outputs();
    Alias alias = Alias.NONE;
    boolean lateral = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "lateral" -> lateral = walk.tree.truth();
        case "subquery" -> {
          if (frame != null) {
            walk.frame = lateral ? frame.withEarlierSources() : frame.withoutSources();
          }
          walk.value(field);
          walk.frame = frame;
          outputs = walk.outputs;
        }
        case "alias" -> alias = alias();
        default -> walk.value(field);
      }
    }
    add(Source.query(outputs, alias));
    return Condition.CONSTANT;
  }

  private Condition function() {
    @Nullable Frame frame = walk.frame;
    walk.frame = frame == null ? null : frame.withEarlierSources();
    List<String> names = new ArrayList<>(2);
    Alias alias = Alias.NONE;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "functions" -> functions(names);
        case "coldeflist" -> definitions(names);
        case "alias" -> alias = alias();
        default -> walk.value(field);
      }
    }
    walk.frame = frame;
    if (alias.name() == null && !names.isEmpty()) {
      alias = new Alias(names.getFirst(), List.of());
    } else if (alias.name() != null) {
      names.add(alias.name());
    }
    names.add("ordinality");
    add(Source.function(names, alias));
    return Condition.CONSTANT;
  }

  /** Functions, each in a list with the columns that it is said to give. */
  private void functions(List<String> names) {
    walk.tree.enterArray();
    while (walk.tree.element()) {
      walk.items(
          () -> {
            String name = walk.value("items").name();
            if (name != null) {
              names.add(name);
            }
          });
    }
  }

  /** Definitions of columns. */
  private void definitions(List<String> names) {
    walk.tree.enterArray();
    while (walk.tree.element()) {
      walk.tree.enter();
      walk.tree.field();
      walk.tree.enter();
      for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
        if (field.equals("colname")) {
          names.add(walk.tree.text());
        } else {
          walk.tree.skip();
        }
      }
      walk.end();
    }
  }

  private Condition table() {
    List<String> outer = columns;
    columns = new ArrayList<>(4);
    @Nullable Frame frame = walk.frame;
    walk.frame = frame == null ? null : frame.withEarlierSources();
    Alias alias = Alias.NONE;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("alias")) {
        alias = alias();
      } else {
        walk.value(field);
      }
    }
    walk.frame = frame;
    add(Source.function(List.copyOf(columns), alias));
    columns = outer;
    return Condition.CONSTANT;
  }

  private Condition column() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      boolean names = field.equals("colname") || field.equals("name");
      if (names && walk.tree.form() == TreeReader.Form.PLAIN) {
        columns.add(walk.tree.text());
      } else {
        walk.value(field);
      }
    }
    return Condition.CONSTANT;
  }

  private void add(Source source) {
    if (walk.frame != null) {
      walk.frame.query().add(source);
    }
  }

  /** The name of something in FROM, and of its columns. */
  Alias alias() {
    @Nullable String name = null;
    List<String> names = List.of();
    walk.tree.enter();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "aliasname" -> name = walk.tree.text();
        case "colnames" -> names = walk.strings();
        default -> walk.tree.skip();
      }
    }
    return new Alias(name, List.copyOf(names));
  }
}

package dev.sluice.sql.postgres;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.Rewriting.Splice;
import dev.sluice.sql.postgres.Statement.Name;
import dev.sluice.sql.postgres.tree.NameRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives a text other names of relations, so that an application written for the tables notices
 * nothing of their masked views: reads of a masked table go to its view, and changes go to the
 * table, or to the view where the grant is limited to some rows.
 *
 * <p>A comfort, not a boundary: what is not rewritten reaches the database as it is and is refused
 * there. Only names are spliced; all other characters of the text stay where they are.
 */
public final class StatementRewriter {

  /** What a view or a function holds is run by others as well, so it is left as it is. */
  private static final Set<StatementKind> FINDING =
      EnumSet.of(
          StatementKind.SELECT,
          StatementKind.INSERT,
          StatementKind.UPDATE,
          StatementKind.DELETE,
          StatementKind.MERGE,
          StatementKind.COPY,
          StatementKind.DECLARE,
          StatementKind.EXPLAIN,
          StatementKind.PREPARE);

  private final Map<String, List<Bundle.Relation>> masked = new HashMap<>();
  private final Map<String, Bundle.Relation> byPath = new HashMap<>();
  private final @Nullable String creationSchema;

  /**
   * Prepares for the relations of a grant.
   *
   * @param relations the relations, masked and not
   * @param searchPath the search path that sessions start with, which says what an unqualified name
   *     means
   */
  public StatementRewriter(List<Bundle.Relation> relations, List<String> searchPath) {
    for (Bundle.Relation relation : relations) {
      if (relation.viewSchema() != null) {
        masked.computeIfAbsent(relation.name(), name -> new ArrayList<>(1)).add(relation);
      }
    }
    for (String schema : searchPath) {
      for (Bundle.Relation relation : relations) {
        if (schema.equals(relation.viewSchema())) {
          byPath.putIfAbsent(relation.viewName(), relation);
        }
        if (schema.equals(relation.schema())) {
          byPath.putIfAbsent(relation.name(), relation);
        }
      }
    }
    creationSchema = creationSchema(relations, searchPath);
  }

  /**
   * Where relations are made that are named without a schema: PostgreSQL takes the first schema of
   * the path, and that is one of views, in which nobody may make any.
   */
  private static @Nullable String creationSchema(
      List<Bundle.Relation> relations, List<String> searchPath) {
    for (String schema : searchPath) {
      if (relations.stream().noneMatch(relation -> schema.equals(relation.viewSchema()))) {
        return schema;
      }
    }
    return null;
  }

  /**
   * Rewrites a text of a session in which names mean what they mean by the grant.
   *
   * @param analysis what the text is
   * @return the text to send instead; the very same text where there is nothing to rewrite
   */
  public String rewrite(Analysis analysis) {
    return rewrite(analysis, NameScope.GRANTED).text();
  }

  /**
   * Rewrites a text. Names without a schema that may mean something else than by the grant's search
   * path are left to the database.
   *
   * @param analysis what the text is
   * @param before what earlier texts of the session make of names
   * @return what to send instead
   */
  public Rewriting rewrite(Analysis analysis, NameScope before) {
    if (masked.isEmpty()) {
      return new Rewriting(analysis.text(), List.of(), Set.of());
    }
    NameScope scope = before;
    List<Splice> splices = new ArrayList<>();
    Set<String> byPath = new HashSet<>();
    for (Statement statement : analysis.statements()) {
      lookups(statement, scope, splices, byPath);
      for (Name name : statement.names()) {
        Splice splice = splice(name, statement, analysis.text());
        if (splice == null) {
          continue;
        }
        if (name.schema() == null) {
          byPath.add(name.name());
          // What is made is made by the search path, whatever is temporary.
          if (name.role() == NameRole.CREATED ? scope.path() : scope.hides(name.name())) {
            continue;
          }
        }
        splices.add(splice);
      }
      scope = scope.with(NameScope.after(statement, analysis.text()));
    }
    return splices.isEmpty()
        ? new Rewriting(analysis.text(), List.of(), byPath)
        : apply(analysis.text(), splices, byPath);
  }

  /**
   * Where rows are looked for by the value of a masked column, they come from the function that
   * finds them. Of the condition this is left that an outer join gives rows which are none.
   */
  private void lookups(
      Statement statement, NameScope scope, List<Splice> splices, Set<String> byPath) {
    if (!FINDING.contains(statement.facts().kind())) {
      return;
    }
    for (Statement.Lookup lookup : statement.lookups()) {
      Name name = lookup.relation();
      Bundle.Relation relation = find(name);
      String function = relation == null ? null : function(relation, lookup.column());
      if (relation == null || function == null || relation.viewSchema() == null) {
        continue;
      }
      if (name.schema() == null) {
        byPath.add(name.name());
        if (scope.hides(name.name())) {
          continue;
        }
      }
      splices.add(
          new Splice(
              name.start(),
              name.end(),
              "%s(%s)%s"
                  .formatted(
                      qualified(relation.viewSchema(), function),
                      lookup.value(),
                      lookup.aliased() ? "" : " AS " + quoted(name.name()))));
      splices.add(new Splice(lookup.start(), lookup.end(), lookup.columnText() + " IS NOT NULL"));
    }
  }

  private static @Nullable String function(Bundle.Relation relation, String column) {
    return relation.columns().stream()
        .filter(each -> each.name().equals(column))
        .map(Bundle.Column::lookup)
        .findFirst()
        .orElse(null);
  }

  private Bundle.@Nullable Relation find(Name name) {
    String schema = name.schema();
    if (schema == null) {
      Bundle.Relation relation = byPath.get(name.name());
      return relation == null || relation.viewSchema() == null ? null : relation;
    }
    for (Bundle.Relation relation : masked.getOrDefault(name.name(), List.of())) {
      if (relation.schema().equals(schema)) {
        return relation;
      }
    }
    return null;
  }

  private @Nullable Splice splice(Name name, Statement statement, String text) {
    return switch (name.role()) {
      case CREATED ->
          name.schema() != null || name.settled() || creationSchema == null
              ? null
              : new Splice(name.start(), name.start(), quoted(creationSchema) + ".");
      // What is only written down here, such as a view, is run by others as well.
      case CALLED, KEYWORD ->
          statement.facts().kind() == StatementKind.SELECT
              ? new Splice(
                  name.start(),
                  name.end(),
                  "sluice." + name.name() + (name.role() == NameRole.KEYWORD ? "()" : ""))
              : null;
      case RETURNED -> {
        Bundle.Relation relation = find(name);
        yield relation == null || relation.writesThroughView() || relation.columns().isEmpty()
            ? null
            : new Splice(name.start(), name.end(), returned(relation, text, name));
      }
      case READ, TARGET, COPIED, DEFINED, REFERENCED, MAINTAINED, OTHER -> {
        Bundle.Relation relation = find(name);
        yield relation == null ? null : splice(name, relation);
      }
    };
  }

  /**
   * The columns that a star stands for after RETURNING, which reads the table: NULL in the place of
   * those that are masked.
   */
  private static String returned(Bundle.Relation relation, String text, Name name) {
    String qualifier = text.substring(name.start(), name.end() - 1);
    return relation.columns().stream()
        .map(
            column ->
                column.mask() == null
                    ? qualifier + quoted(column.name())
                    : "NULL::%s AS %s".formatted(column.type(), quoted(column.name())))
        .collect(Collectors.joining(", "));
  }

  private static @Nullable Splice splice(Name name, Bundle.Relation relation) {
    return switch (name.role()) {
      case READ -> name.schema() == null ? null : toView(name, relation);
      case TARGET ->
          relation.writesThroughView() ? toView(name, relation) : toTable(name, relation);
      case DEFINED, REFERENCED, MAINTAINED -> toTable(name, relation);
      case COPIED ->
          new Splice(
              name.start(),
              name.columnsEnd(),
              "(SELECT %s FROM %s)"
                  .formatted(name.columns() == null ? "*" : name.columns(), view(relation)));
      case CREATED, RETURNED, CALLED, KEYWORD, OTHER -> null;
    };
  }

  private static Splice toView(Name name, Bundle.Relation relation) {
    return new Splice(name.start(), name.end(), view(relation));
  }

  private static @Nullable Splice toTable(Name name, Bundle.Relation relation) {
    return name.schema() == null
        ? new Splice(name.start(), name.end(), qualified(relation.schema(), relation.name()))
        : null;
  }

  private static String view(Bundle.Relation relation) {
    String schema = relation.viewSchema();
    return schema == null
        ? qualified(relation.schema(), relation.name())
        : qualified(schema, relation.viewName());
  }

  private static String qualified(String schema, String name) {
    return quoted(schema) + "." + quoted(name);
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  private static Rewriting apply(String text, List<Splice> splices, Set<String> byPath) {
    splices.sort(Comparator.comparingInt(Splice::start));
    StringBuilder result = new StringBuilder(text.length() + 32 * splices.size());
    List<Splice> applied = new ArrayList<>(splices.size());
    int done = 0;
    for (Splice splice : splices) {
      if (splice.start() < done) {
        continue; // the same place by two ways
      }
      result.append(text, done, splice.start()).append(splice.text());
      done = splice.end();
      applied.add(splice);
    }
    return new Rewriting(result.append(text, done, text.length()).toString(), applied, byPath);
  }
}

package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.discovery.ClassSuggestion;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.JsonPath;
import dev.sluice.policy.mask.NamePattern;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.Catalogue.Relation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a Database says its columns hold. The class {@code none} says that a column holds nothing
 * sensitive: it is no class that a policy could match, and settles the column all the same.
 */
final class Classifications {
  /** The class of what holds nothing sensitive. */
  static final String NONE = "none";

  private final Map<RelationName, Map<String, Set<String>>> classes = new HashMap<>();
  private final List<Named> patterns = new ArrayList<>();
  private final Map<ColumnName, Set<String>> withPatterns = new HashMap<>();
  private final List<AtPath> paths = new ArrayList<>();
  private final Set<ColumnName> settled = new HashSet<>();
  private final List<PlanProblem> problems = new ArrayList<>();

  /** A class of all columns of some names. */
  private record Named(NamePattern.Column pattern, String name) {}

  /** A class of a part of the documents of all columns of some names. */
  private record AtPath(NamePattern.Column pattern, ClassAtPath what) {}

  /**
   * A class of a part of documents.
   *
   * @param path which part
   * @param name the class
   */
  record ClassAtPath(JsonPath path, String name) {}

  Classifications(DatabaseIdentity database, DatabaseSpec spec, Catalogue catalogue) {
    List<DatabaseSpec.Classification> all = spec.classifications();
    for (int index = 0; all != null && index < all.size(); index++) {
      DatabaseSpec.Classification each = all.get(index);
      String field = "spec.classifications[%d]".formatted(index);
      RelationName table;
      try {
        table = RelationName.parse(each.table());
      } catch (IllegalArgumentException e) {
        problems.add(
            problem(
                database,
                field + ".table",
                "InvalidTable",
                String.valueOf(e.getMessage()),
                "Write schema.table; a part with a dot stands in double quotes"));
        continue;
      }
      each.ofColumns().forEach((column, name) -> read(table, column, name));
      readPaths(database, field, table, each, catalogue);
      if (!isPattern(table.schema()) && !isPattern(table.name())) {
        look(database, field, table, each, catalogue);
      }
    }
  }

  private void read(RelationName table, String column, String name) {
    if (isPattern(table.schema()) || isPattern(table.name()) || isPattern(column)) {
      patterns.add(new Named(new NamePattern.Column(table.schema(), table.name(), column), name));
      return;
    }
    settled.add(new ColumnName(table, column));
    if (!name.equals(NONE)) {
      classes
          .computeIfAbsent(table, ignored -> new TreeMap<>())
          .computeIfAbsent(column, ignored -> new TreeSet<>())
          .add(name);
    }
  }

  private void readPaths(
      DatabaseIdentity database,
      String field,
      RelationName table,
      DatabaseSpec.Classification classification,
      Catalogue catalogue) {
    List<DatabaseSpec.JsonPathClass> all = classification.ofJsonPaths();
    for (int index = 0; index < all.size(); index++) {
      DatabaseSpec.JsonPathClass each = all.get(index);
      String place = "%s.jsonPaths[%d]".formatted(field, index);
      var pattern = new NamePattern.Column(table.schema(), table.name(), each.column());
      try {
        paths.add(
            new AtPath(pattern, new ClassAtPath(JsonPath.parse(each.path()), each.dataClass())));
      } catch (IllegalArgumentException e) {
        problems.add(
            problem(
                database,
                place + ".path",
                "InvalidPath",
                String.valueOf(e.getMessage()),
                "Write a path such as $.contact.email: until then the class is that of the whole"
                    + " column"));
        read(table, each.column(), each.dataClass());
        continue;
      }
      documents(catalogue, pattern)
          .filter(column -> column.type().family() != ColumnType.Family.JSON)
          .findFirst()
          .ifPresent(
              column ->
                  problems.add(
                      problem(
                          database,
                          place + ".column",
                          "NoJson",
                          "column %s of type %s holds no JSON documents"
                              .formatted(column.name(), column.type().name()),
                          "Classify the column as a whole: until then it is masked as a whole where"
                              + " a policy masks the class")));
    }
  }

  private static Stream<Column> documents(Catalogue catalogue, NamePattern.Column pattern) {
    return catalogue.relations().values().stream()
        .flatMap(
            relation ->
                relation.columns().stream()
                    .filter(column -> pattern.matches(relation.name(), column.name())));
  }

  private static boolean isPattern(String name) {
    return name.indexOf('*') >= 0;
  }

  private void look(
      DatabaseIdentity database,
      String field,
      RelationName table,
      DatabaseSpec.Classification classification,
      Catalogue catalogue) {
    Relation relation = catalogue.relations().get(table);
    if (relation == null) {
      problems.add(
          problem(
              database,
              field + ".table",
              "UnknownTable",
              catalogue.schemas().contains(table.schema())
                  ? "table %s does not exist in database %s".formatted(table, database)
                  : "schema %s of table %s is not within spec.ceiling.schemas or does not exist"
                      .formatted(table.schema(), table),
              renamed(table, catalogue)
                  .map(
                      "It was renamed to %s, which is masked all the same: classify that"
                          ::formatted)
                  .orElseGet(
                      () ->
                          Suggestion.remedy(
                              table.toString(),
                              catalogue.relations().keySet().stream()
                                  .map(RelationName::toString)
                                  .toList(),
                              "Correct the name or remove the classification"))));
      return;
    }
    Map<String, String> named = new TreeMap<>();
    classification
        .ofColumns()
        .keySet()
        .forEach(column -> named.put(column, "%s.columns[%s]".formatted(field, column)));
    for (int index = 0; index < classification.ofJsonPaths().size(); index++) {
      named.putIfAbsent(
          classification.ofJsonPaths().get(index).column(),
          "%s.jsonPaths[%d].column".formatted(field, index));
    }
    for (String column : named.keySet()) {
      if (!isPattern(column) && relation.column(column) == null) {
        String renamed =
            relation.columns().stream()
                .filter(each -> each.formerNames().contains(new ColumnName(table, column)))
                .map(
                    each ->
                        "It was renamed to %s, which is masked all the same: classify that"
                            .formatted(each.name()))
                .findFirst()
                .orElse("");
        problems.add(
            problem(
                database,
                named.getOrDefault(column, field),
                "UnknownColumn",
                "table %s has no column %s".formatted(table, column),
                renamed.isEmpty()
                    ? Suggestion.remedy(
                        column,
                        relation.columns().stream().map(Catalogue.Column::name).toList(),
                        "Correct the name or remove the classification")
                    : renamed));
      }
    }
  }

  private static Optional<RelationName> renamed(RelationName table, Catalogue catalogue) {
    return catalogue.relations().values().stream()
        .filter(
            relation ->
                relation.columns().stream()
                    .flatMap(column -> column.formerNames().stream())
                    .anyMatch(former -> former.relation().equals(table)))
        .map(Relation::name)
        .min(Comparator.naturalOrder());
  }

  /** The classes of a column by its own name, sorted. */
  Set<String> of(ColumnName column) {
    Set<String> exact =
        classes.getOrDefault(column.relation(), Map.of()).getOrDefault(column.column(), Set.of());
    return patterns.isEmpty() ? exact : withPatterns.computeIfAbsent(column, this::find);
  }

  private Set<String> find(ColumnName column) {
    Set<String> all =
        new TreeSet<>(
            classes
                .getOrDefault(column.relation(), Map.of())
                .getOrDefault(column.column(), Set.of()));
    for (Named each : patterns) {
      if (!each.name().equals(NONE) && each.pattern().matches(column.relation(), column.column())) {
        all.add(each.name());
      }
    }
    return all;
  }

  /** The classes of parts of a column's documents, by its own name. */
  List<ClassAtPath> paths(ColumnName column) {
    return paths.stream()
        .filter(each -> each.pattern().matches(column.relation(), column.column()))
        .map(AtPath::what)
        .toList();
  }

  /** Whether somebody has said what a column holds, by its own name. */
  boolean isSettled(ColumnName column) {
    return settled.contains(column)
        || patterns.stream()
            .anyMatch(each -> each.pattern().matches(column.relation(), column.column()))
        || !paths(column).isEmpty();
  }

  /** Has classes hold that nobody has decided on. */
  void add(Collection<ClassSuggestion> suggestions) {
    for (ClassSuggestion each : suggestions) {
      settled.add(new ColumnName(each.relation(), each.column()));
      classes
          .computeIfAbsent(each.relation(), ignored -> new TreeMap<>())
          .computeIfAbsent(each.column(), ignored -> new TreeSet<>())
          .add(each.dataClass());
    }
    withPatterns.clear();
  }

  /** Tables and columns that do not exist. */
  List<PlanProblem> problems() {
    return List.copyOf(problems);
  }

  private static PlanProblem problem(
      DatabaseIdentity database, String field, String reason, String message, String remedy) {
    return new PlanProblem(
        PlanProblem.Kind.Database,
        database.namespace(),
        database.name(),
        field,
        reason,
        message,
        remedy);
  }
}

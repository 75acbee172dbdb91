package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.discovery.ClassSuggestion;
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

/**
 * What a Database says its columns hold. The class {@code none} says that a column holds nothing
 * sensitive: it is no class that a policy could match, and settles the column all the same.
 */
final class Classifications {
  /** The class of what holds nothing sensitive. */
  static final String NONE = "none";

  private final Map<RelationName, Map<String, Set<String>>> classes = new HashMap<>();
  private final Set<ColumnName> settled = new HashSet<>();
  private final List<PlanProblem> problems = new ArrayList<>();

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
      Map<String, Set<String>> ofTable = classes.computeIfAbsent(table, ignored -> new TreeMap<>());
      each.columns()
          .forEach(
              (column, name) -> {
                settled.add(new ColumnName(table, column));
                if (!name.equals(NONE)) {
                  ofTable.computeIfAbsent(column, ignored -> new TreeSet<>()).add(name);
                }
              });
      look(database, field, table, each, catalogue);
    }
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
    for (String column : new TreeSet<>(classification.columns().keySet())) {
      if (relation.column(column) == null) {
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
                "%s.columns[%s]".formatted(field, column),
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
    return classes
        .getOrDefault(column.relation(), Map.of())
        .getOrDefault(column.column(), Set.of());
  }

  /** Whether somebody has said what a column holds, by its own name. */
  boolean isSettled(ColumnName column) {
    return settled.contains(column);
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

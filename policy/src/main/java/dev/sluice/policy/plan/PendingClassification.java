package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.policy.discovery.ClassSuggestion;
import dev.sluice.policy.discovery.ObservedColumn;
import dev.sluice.policy.discovery.Suggestions;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns of a database on which somebody has yet to decide. */
public final class PendingClassification {
  /** None. */
  public static final PendingClassification NOTHING =
      new PendingClassification(List.of(), List.of());

  /** Stands where a masking policy would, and cannot be the name of one. */
  public static final String POLICY = "(discovery)";

  private final List<ClassSuggestion> suggestions;
  private final List<ColumnName> unexamined;
  private final Map<ColumnName, ClassSuggestion> suggested = new HashMap<>();
  private final Set<ColumnName> hidden;

  private PendingClassification(List<ClassSuggestion> suggestions, List<ColumnName> unexamined) {
    this.suggestions = List.copyOf(suggestions);
    this.unexamined = List.copyOf(unexamined);
    this.hidden = new HashSet<>(unexamined);
    suggestions.forEach(
        each -> suggested.put(new ColumnName(each.relation(), each.column()), each));
  }

  /**
   * What is pending.
   *
   * @param database the Database
   * @param spec what it says
   * @param catalogue what it holds
   * @param observed what was found in its columns
   */
  public static PendingClassification of(
      DatabaseIdentity database,
      DatabaseSpec spec,
      Catalogue catalogue,
      Collection<ObservedColumn> observed) {
    Set<ColumnName> open = Set.copyOf(open(database, spec, catalogue));
    Set<ColumnName> examined = new HashSet<>();
    List<ObservedColumn> undecided = new ArrayList<>();
    for (ObservedColumn each : observed) {
      ColumnName name = new ColumnName(each.relation(), each.column());
      if (open.contains(name)) {
        undecided.add(each);
        if (each.sample() != null) {
          examined.add(name);
        }
      }
    }
    return new PendingClassification(
        Suggestions.of(undecided),
        open.stream().filter(column -> !examined.contains(column)).sorted(BY_NAME).toList());
  }

  /**
   * The columns that are looked into and of which nobody has said what they hold.
   *
   * @param database the Database
   * @param spec what it says
   * @param catalogue what it holds
   */
  public static List<ColumnName> open(
      DatabaseIdentity database, DatabaseSpec spec, Catalogue catalogue) {
    Classifications classifications = new Classifications(database, spec, catalogue);
    Lineage lineage = new Lineage(catalogue);
    return columns(catalogue).stream()
        .filter(column -> lineage.of(column).stream().noneMatch(classifications::isSettled))
        .toList();
  }

  /**
   * The columns that are looked into: those of tables, each once. A view shows what tables hold, a
   * partition what its parent has, a generated column what it is computed from.
   *
   * @param catalogue what the database holds
   */
  private static List<ColumnName> columns(Catalogue catalogue) {
    List<ColumnName> columns = new ArrayList<>();
    for (Relation relation : catalogue.relations().values()) {
      for (Column column : relation.columns()) {
        if (isOfTable(catalogue, relation)
            && column.generatedFrom().isEmpty()
            && relation.parents().stream()
                .map(catalogue.relations()::get)
                .noneMatch(parent -> hasIt(catalogue, parent, column))) {
          columns.add(new ColumnName(relation.name(), column.name()));
        }
      }
    }
    columns.sort(BY_NAME);
    return columns;
  }

  private static boolean isOfTable(Catalogue catalogue, Relation relation) {
    return catalogue.schemas().contains(relation.name().schema())
        && switch (relation.kind()) {
          case TABLE, PARTITIONED_TABLE, FOREIGN_TABLE -> true;
          case VIEW, MATERIALIZED_VIEW -> false;
        };
  }

  private static boolean hasIt(Catalogue catalogue, @Nullable Relation parent, Column column) {
    return parent != null && isOfTable(catalogue, parent) && parent.column(column.name()) != null;
  }

  private static final Comparator<ColumnName> BY_NAME =
      Comparator.comparing(ColumnName::relation).thenComparing(ColumnName::column);

  /** Columns with a proposed class that nobody has decided on, the likeliest first. */
  public List<ClassSuggestion> suggestions() {
    return suggestions;
  }

  /**
   * Those of columns that were looked into. What names alone say is not enough to show anything.
   */
  List<ClassSuggestion> examined() {
    return suggestions.stream()
        .filter(each -> !hidden.contains(new ColumnName(each.relation(), each.column())))
        .toList();
  }

  /** Columns that nobody has said anything of and that were not looked into, by name. */
  public List<ColumnName> unexamined() {
    return unexamined;
  }

  /** Whether a column was not looked into. */
  boolean isUnexamined(ColumnName column) {
    return hidden.contains(column);
  }

  /** What is proposed for a column; null: nothing. */
  @Nullable ClassSuggestion suggestion(ColumnName column) {
    return suggested.get(column);
  }
}

package dev.sluice.policy.statement;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Column;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.policy.statement.StatementFacts.ColumnUse;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the names in a statement mean in its grant: a table is named as the grant has it, whether
 * the statement names it, its masked view, or leaves the schema out.
 */
public final class RuleNames {
  private static final String EVERY = "*";

  private final StatementFacts facts;
  private final Bundle bundle;

  /**
   * The names of a statement.
   *
   * @param facts the statement
   * @param bundle the grant
   */
  public RuleNames(StatementFacts facts, Bundle bundle) {
    this.facts = facts;
    this.bundle = bundle;
  }

  /** The relations that are used so, sorted. */
  public List<String> relations(Use use) {
    return facts.relations().stream()
        .filter(relation -> relation.use() == use)
        .map(relation -> named(relation.schema(), relation.name()))
        .distinct()
        .sorted()
        .toList();
  }

  /** The columns that are named or meant, sorted. */
  public List<String> columns() {
    TreeSet<String> names = new TreeSet<>();
    for (ColumnUse use : facts.columns()) {
      List<String> meant = meant(use).map(Meant::name).toList();
      if (!meant.isEmpty()) {
        names.addAll(meant);
      } else if (use.relation() != null) {
        names.add(named(use.schema(), use.relation()) + "." + use.column());
      } else {
        names.add(use.column());
      }
    }
    return List.copyOf(names);
  }

  /** The classes of these columns, sorted. */
  public List<String> classes() {
    return facts.columns().stream()
        .flatMap(this::meant)
        .map(meant -> meant.column().classification())
        .flatMap(Stream::ofNullable)
        .distinct()
        .sorted()
        .toList();
  }

  /** A column of the grant. */
  private record Meant(Relation relation, Column column) {
    String name() {
      return relation.relationName() + "." + column.name();
    }
  }

  /** The columns of the grant that a name may mean. */
  private Stream<Meant> meant(ColumnUse use) {
    String relation = use.relation();
    List<Relation> relations = new ArrayList<>();
    if (relation == null) {
      for (RelationUse each : facts.relations()) {
        granted(each.schema(), each.name()).ifPresent(relations::add);
      }
    } else {
      granted(use.schema(), relation).ifPresent(relations::add);
    }
    return relations.stream()
        .distinct()
        .flatMap(
            each ->
                each.columns().stream()
                    .filter(
                        column -> use.column().equals(EVERY) || use.column().equals(column.name()))
                    .map(column -> new Meant(each, column)));
  }

  private String named(@Nullable String schema, String name) {
    return granted(schema, name)
        .map(relation -> relation.relationName().toString())
        .orElseGet(() -> schema == null ? name : new RelationName(schema, name).toString());
  }

  private Optional<Relation> granted(@Nullable String schema, String name) {
    return schema == null
        ? bundle.searchPath().stream().flatMap(each -> in(each, name)).findFirst()
        : in(schema, name).findFirst();
  }

  private Stream<Relation> in(String schema, String name) {
    return bundle.relations().stream()
        .filter(
            relation ->
                schema.equals(relation.viewSchema())
                    ? name.equals(relation.viewName())
                    : schema.equals(relation.schema()) && name.equals(relation.name()));
  }
}

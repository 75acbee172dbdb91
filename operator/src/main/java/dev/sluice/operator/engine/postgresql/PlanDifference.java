package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is to be looked at and made for a plan: what differs from another one that is known to be in
 * force, or all of it where none is.
 *
 * @param relations the relations as they shall be
 * @param former the relations as they were; empty where nothing is known
 * @param only the names of both; null: everything is looked at
 * @param guarded masked columns that stand in one of the relations or were not masked before
 */
record PlanDifference(
    List<RelationPlan> relations,
    List<RelationPlan> former,
    @Nullable Set<RelationName> only,
    Set<ColumnName> guarded) {

  /**
   * Compares.
   *
   * @param before what is in force; null: it is not known
   * @param plan what shall be
   */
  static PlanDifference of(@Nullable AccessPlan before, AccessPlan plan) {
    if (before == null || before.schemaChanges() != plan.schemaChanges()) {
      return new PlanDifference(plan.relations(), List.of(), null, plan.guarded());
    }
    List<RelationPlan> relations = without(plan.relations(), before.relations());
    List<RelationPlan> former = without(before.relations(), plan.relations());
    Set<RelationName> only =
        Stream.concat(relations.stream(), former.stream())
            .map(RelationPlan::name)
            .collect(Collectors.toCollection(TreeSet::new));
    return new PlanDifference(
        relations,
        former,
        only,
        plan.guarded().stream()
            .filter(
                column -> only.contains(column.relation()) || !before.guarded().contains(column))
            .collect(Collectors.toSet()));
  }

  private static List<RelationPlan> without(List<RelationPlan> these, List<RelationPlan> those) {
    Set<RelationPlan> other = new HashSet<>(those);
    return these.stream().filter(each -> !other.contains(each)).toList();
  }

  boolean whole() {
    return only == null;
  }

  /** Whether a table has lost its view, so that its schema may be needed no more. */
  boolean losesViews() {
    Set<RelationName> still =
        relations.stream()
            .filter(RelationPlan::throughView)
            .map(RelationPlan::name)
            .collect(Collectors.toSet());
    return former.stream()
        .anyMatch(relation -> relation.throughView() && !still.contains(relation.name()));
  }

  boolean concerns(RelationName table) {
    return only == null || only.contains(table);
  }

  /** The names of the views, as they are and as they were; null: all. */
  @Nullable Set<String> viewNames() {
    return only == null
        ? null
        : Stream.concat(relations.stream(), former.stream())
            .filter(RelationPlan::throughView)
            .map(RelationPlan::viewName)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Whatever a role holds privileges on for these relations; null: everything.
   *
   * @param holder the holder of the plan, and the schema of its views
   */
  @Nullable Set<RelationName> privileged(String holder) {
    Set<String> views = viewNames();
    if (only == null || views == null) {
      return null;
    }
    Set<RelationName> all = new TreeSet<>(only);
    views.forEach(view -> all.add(new RelationName(holder, view)));
    Stream.concat(relations.stream(), former.stream())
        .forEach(relation -> all.addAll(relation.sequences()));
    return all;
  }
}

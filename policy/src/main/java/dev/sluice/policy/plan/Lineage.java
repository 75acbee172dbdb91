package dev.sluice.policy.plan;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.Catalogue.Relation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which columns show the same data. A rule about a column holds for what shows it under another
 * name: a view's or materialised view's column that passes it on, the same column of a partition or
 * of an inheriting table and of their parent, a generated column computed from it, a column that
 * was masked before it or its table was renamed.
 */
final class Lineage {
  private final Catalogue catalogue;
  private final Map<RelationName, List<RelationName>> children = new HashMap<>();
  private final Map<ColumnName, Set<ColumnName>> known = new HashMap<>();

  Lineage(Catalogue catalogue) {
    this.catalogue = catalogue;
    for (Relation relation : catalogue.relations().values()) {
      for (RelationName parent : relation.parents()) {
        children.computeIfAbsent(parent, ignored -> new ArrayList<>()).add(relation.name());
      }
    }
  }

  /** The column itself, first, and every column that it shows. */
  Set<ColumnName> of(ColumnName start) {
    Set<ColumnName> cached = known.get(start);
    if (cached != null) {
      return cached;
    }
    Set<ColumnName> found = new LinkedHashSet<>();
    Deque<ColumnName> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      ColumnName next = open.removeFirst();
      if (found.add(next)) {
        Relation relation = catalogue.relations().get(next.relation());
        Column column = relation == null ? null : relation.column(next.column());
        if (relation != null && column != null) {
          follow(relation, column, open);
        }
      }
    }
    known.put(start, found);
    return found;
  }

  private void follow(Relation relation, Column column, Deque<ColumnName> open) {
    ColumnName origin = column.origin();
    if (origin != null) {
      open.addLast(origin);
    }
    for (String source : column.generatedFrom()) {
      open.addLast(new ColumnName(relation.name(), source));
    }
    open.addAll(column.formerNames());
    List<RelationName> kin = new ArrayList<>(relation.parents());
    kin.addAll(children.getOrDefault(relation.name(), List.of()));
    for (RelationName each : kin) {
      Relation other = catalogue.relations().get(each);
      if (other == null || other.column(column.name()) != null) {
        open.addLast(new ColumnName(each, column.name()));
      }
    }
  }
}

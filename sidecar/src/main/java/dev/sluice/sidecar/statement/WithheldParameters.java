package dev.sluice.sidecar.statement;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Column;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementFacts.ColumnUse;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.policy.statement.StatementKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Of which bound values of a statement no event may tell, whatever the policy says.
 *
 * @param all of all of them
 * @param some of these, from 0
 */
public record WithheldParameters(boolean all, Set<Integer> some) {
  /** Of none. */
  static final WithheldParameters NONE = new WithheldParameters(false, Set.of());

  /** Of all. */
  public static final WithheldParameters ALL = new WithheldParameters(true, Set.of());

  /** An immutable copy. */
  public WithheldParameters {
    some = Set.copyOf(some);
  }

  /**
   * Whether nothing may be told.
   *
   * @param parameter which value, from 0
   */
  public boolean holds(int parameter) {
    return all || some.contains(parameter);
  }

  /**
   * Those of a statement: all, unless it is known that none of them meets a masked or classified
   * column. That is where it calls no function, and the tables that it names and the columns that
   * it names are of the grant, without a mask and without a class.
   *
   * @param facts of the statement
   * @param bundle the grant
   */
  static WithheldParameters of(StatementFacts facts, Bundle bundle) {
    if (facts.kind() == StatementKind.UNKNOWN
        || facts.error() != null
        || facts.opaque()
        || !facts.functions().isEmpty()) {
      return ALL;
    }
    List<Relation> meant = new ArrayList<>();
    for (RelationUse use : facts.relations()) {
      List<Relation> relations =
          bundle.relations().stream().filter(relation -> Evidence.isMeant(use, relation)).toList();
      if (relations.isEmpty()) {
        return ALL;
      }
      meant.addAll(relations);
    }
    boolean harmless =
        meant.stream()
                .flatMap(relation -> relation.columns().stream())
                .noneMatch(WithheldParameters::isSensitive)
            && facts.columns().stream().allMatch(column -> isVisible(column, meant))
            && namesWhatItInserts(facts);
    return harmless ? NONE : ALL;
  }

  private static boolean isSensitive(Column column) {
    return column.mask() != null || column.classification() != null;
  }

  /** A column that the grant does not show may be anything. */
  private static boolean isVisible(ColumnUse use, List<Relation> relations) {
    return use.column().equals("*")
        || relations.stream()
            .flatMap(relation -> relation.columns().stream())
            .anyMatch(column -> column.name().equals(use.column()));
  }

  /** Otherwise a value may be for a column that the grant does not show. */
  private static boolean namesWhatItInserts(StatementFacts facts) {
    return Collections.disjoint(
            facts.effects(), Set.of(StatementKind.INSERT, StatementKind.MERGE, StatementKind.COPY))
        || facts.columns().stream()
            .anyMatch(column -> column.use() == Use.WRITE && !column.column().equals("*"));
  }
}

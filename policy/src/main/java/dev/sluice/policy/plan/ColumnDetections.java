package dev.sluice.policy.plan;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.Catalogue.Relation;
import dev.sluice.policy.plan.CompiledPolicy.CompiledDetection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds in which columns of an access the gate is to look for what no column tells. */
final class ColumnDetections {
  /** Types whose values are no texts. */
  private static final Set<ColumnType.Family> NO_TEXTS =
      EnumSet.of(
          ColumnType.Family.SMALLINT,
          ColumnType.Family.INTEGER,
          ColumnType.Family.BIGINT,
          ColumnType.Family.NUMERIC,
          ColumnType.Family.FLOAT,
          ColumnType.Family.BOOLEAN,
          ColumnType.Family.DATE,
          ColumnType.Family.TIMESTAMP,
          ColumnType.Family.TIMESTAMP_WITH_ZONE,
          ColumnType.Family.UUID,
          ColumnType.Family.BYTES);

  private final Catalogue catalogue;
  private final Lineage lineage;
  private final Classifications classifications;
  private final List<CompiledPolicy> policies;
  private final String purpose;
  private final Instant now;
  private @Nullable Instant nextChange;

  ColumnDetections(
      Catalogue catalogue,
      Classifications classifications,
      List<CompiledPolicy> policies,
      String purpose,
      Instant now) {
    this.catalogue = catalogue;
    this.lineage = new Lineage(catalogue);
    this.classifications = classifications;
    this.policies = policies;
    this.purpose = purpose;
    this.now = now;
  }

  /** What is to be looked for in the columns of some relations. */
  List<Bundle.Detection> of(List<RelationPlan> relations) {
    List<Bundle.Detection> found = new ArrayList<>();
    for (CompiledPolicy policy : policies) {
      for (CompiledDetection detection : policy.detections()) {
        Bundle.Detection compiled = compile(policy, detection, relations);
        if (compiled != null) {
          found.add(compiled);
        }
      }
    }
    return found;
  }

  /** When an exemption that was used ends; null: never. */
  @Nullable Instant nextChange() {
    return nextChange;
  }

  private Bundle.@Nullable Detection compile(
      CompiledPolicy policy, CompiledDetection detection, List<RelationPlan> relations) {
    Set<String> columns = new TreeSet<>();
    Set<String> exempt = new TreeSet<>();
    for (RelationPlan relation : relations) {
      for (AccessPlan.ColumnPlan column : relation.columns()) {
        ColumnName name = new ColumnName(relation.name(), column.name());
        if (NO_TEXTS.contains(column.type().family())
            || !isMeant(detection, name, new HashSet<>())) {
          continue;
        }
        (isExempt(policy, name) ? exempt : columns).add(relation.name() + "." + column.name());
      }
    }
    boolean everything = detection.isForEverything();
    return columns.isEmpty() && !everything
        ? null
        : new Bundle.Detection(
            policy.name() + "/" + detection.field(),
            detection.kinds(),
            detection.action(),
            everything ? List.of() : List.copyOf(columns),
            List.copyOf(exempt));
  }

  /** Whether a column is meant, or is computed by a view from one that is. */
  private boolean isMeant(CompiledDetection detection, ColumnName name, Set<ColumnName> looked) {
    if (!looked.add(name)) {
      return false;
    }
    if (lineage.of(name).stream()
        .anyMatch(each -> detection.matches(each, classifications.of(each)))) {
      return true;
    }
    Relation relation = catalogue.relations().get(name.relation());
    Column column = relation == null ? null : relation.column(name.column());
    return relation != null
        && column != null
        && column.origin() == null
        && relation.reads().stream()
            .anyMatch(
                read ->
                    !read.relation().equals(relation.name()) && isMeant(detection, read, looked));
  }

  private boolean isExempt(CompiledPolicy policy, ColumnName name) {
    Set<String> classes = new TreeSet<>();
    lineage.of(name).forEach(each -> classes.addAll(classifications.of(each)));
    CompiledPolicy.Exempt exempt = policy.exempt(purpose, classes, now);
    Instant until = exempt.until();
    Instant known = nextChange;
    if (exempt.exempt() && until != null && (known == null || until.isBefore(known))) {
      nextChange = until;
    }
    return exempt.exempt();
  }
}

package dev.sluice.policy.plan;

import dev.sluice.crds.MaskingPolicySpec.JsonValueMask;
import dev.sluice.policy.discovery.ClassSuggestion;
import dev.sluice.policy.mask.Mask;
import dev.sluice.policy.mask.MaskFit;
import dev.sluice.policy.mask.MaskPlan;
import dev.sluice.policy.mask.Strictness;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.Catalogue.Relation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the mask of each column for one purpose at one time. */
final class ColumnMasks {
  private final Catalogue catalogue;
  private final Lineage lineage;
  private final Classifications classifications;
  private final PendingClassification pending;
  private final List<CompiledPolicy> policies;
  private final String purpose;
  private final Instant now;
  private final Map<ColumnName, MaskPlan> known = new HashMap<>();
  private final Set<ColumnName> looked = new HashSet<>();
  private final Set<ColumnName> invisible = new HashSet<>();
  private @Nullable Instant nextChange;

  ColumnMasks(
      Catalogue catalogue,
      Classifications classifications,
      PendingClassification pending,
      List<CompiledPolicy> policies,
      String purpose,
      Instant now) {
    this.catalogue = catalogue;
    this.pending = pending;
    this.lineage = new Lineage(catalogue);
    this.classifications = classifications;
    this.policies = policies;
    this.purpose = purpose;
    this.now = now;
  }

  /** The mask of a column; null where it is shown as it is. */
  @Nullable MaskPlan mask(Relation relation, Column column) {
    ColumnName name = new ColumnName(relation.name(), column.name());
    if (looked.add(name)) {
      MaskPlan found = find(relation, column, name);
      if (found != null) {
        known.put(name, found);
      }
    }
    return known.get(name);
  }

  /** Whether a column is not to be seen at all: nobody has looked into it yet. */
  boolean isInvisible(Relation relation, Column column) {
    mask(relation, column);
    return invisible.contains(new ColumnName(relation.name(), column.name()));
  }

  /** The column's own class, or the one of the data that it shows; null where there is none. */
  @Nullable String classification(Relation relation, Column column) {
    return lineage.of(new ColumnName(relation.name(), column.name())).stream()
        .flatMap(
            each ->
                Stream.concat(
                    classifications.of(each).stream(),
                    classifications.paths(each).stream().map(Classifications.ClassAtPath::name)))
        .findFirst()
        .orElse(null);
  }

  /** Every column of the catalogue that is masked. */
  Set<ColumnName> guarded() {
    Set<ColumnName> guarded = new HashSet<>();
    for (Relation relation : catalogue.relations().values()) {
      for (Column column : relation.columns()) {
        if (mask(relation, column) != null) {
          guarded.add(new ColumnName(relation.name(), column.name()));
        }
      }
    }
    return guarded;
  }

  /** When an exemption that was used ends; null: never. */
  @Nullable Instant nextChange() {
    return nextChange;
  }

  private @Nullable MaskPlan find(Relation relation, Column column, ColumnName name) {
    Set<ColumnName> shown = lineage.of(name);
    Set<String> classes = new TreeSet<>();
    shown.forEach(each -> classes.addAll(classifications.of(each)));
    List<MaskPlan> candidates = new ArrayList<>();
    boolean named = false;
    for (CompiledPolicy policy : policies) {
      List<MaskPlan> ofPolicy = new ArrayList<>();
      for (CompiledPolicy.CompiledRule rule : policy.rules()) {
        if (shown.stream().anyMatch(each -> rule.matches(each, classifications.of(each)))) {
          ofPolicy.add(plan(policy, rule, relation, column, name));
        }
      }
      if (!ofPolicy.isEmpty()) {
        named = true;
        CompiledPolicy.Exempt exempt = policy.exempt(purpose, classes, now);
        if (exempt.exempt()) {
          changesAt(exempt.until());
        } else {
          candidates.addAll(ofPolicy);
        }
      }
      List<MaskPlan> within = within(policy, shown, column);
      named |= !within.isEmpty();
      candidates.addAll(within);
    }
    if (candidates.isEmpty()) {
      MaskPlan undecided = named ? null : undecided(shown, name);
      if (undecided != null) {
        return undecided;
      }
      return computedFromMasked(relation, column, name);
    }
    return Strictness.strictest(candidates, column.type());
  }

  /** What a policy says of the classes of parts of documents. */
  private List<MaskPlan> within(CompiledPolicy policy, Set<ColumnName> shown, Column column) {
    List<MaskPlan> masks = new ArrayList<>();
    for (ColumnName each : shown) {
      for (Classifications.ClassAtPath part : classifications.paths(each)) {
        CompiledPolicy.Exempt exempt = policy.exempt(purpose, List.of(part.name()), now);
        for (CompiledPolicy.CompiledRule rule : policy.rules()) {
          if (rule.matches(part.name())) {
            if (exempt.exempt()) {
              changesAt(exempt.until());
            } else {
              masks.add(within(policy, rule, part, column));
            }
          }
        }
      }
    }
    return masks;
  }

  private static MaskPlan within(
      CompiledPolicy policy,
      CompiledPolicy.CompiledRule rule,
      Classifications.ClassAtPath part,
      Column column) {
    Mask mask = new Mask.JsonPaths(List.of(part.path()), values(rule.mask()));
    String unfit = MaskFit.problem(mask, column.type());
    return unfit == null
        ? new MaskPlan(mask, policy.name(), policy.name() + " " + rule.field())
        : nullified(policy, rule, unfit);
  }

  /** How a value within a document is masked: no milder than the rule says of a column. */
  private static JsonValueMask values(Mask mask) {
    return switch (mask) {
      case Mask.Nullify ignored -> JsonValueMask.Nullify;
      case Mask.Constant ignored -> JsonValueMask.Nullify;
      case Mask.JsonPaths ignored -> JsonValueMask.Nullify;
      case Mask.JsonKeys ignored -> JsonValueMask.Nullify;
      case Mask.Hash ignored -> JsonValueMask.Hash;
      case Mask.Token ignored -> JsonValueMask.Token;
      case Mask.Email ignored -> JsonValueMask.Token;
      case Mask.KeepFirst ignored -> JsonValueMask.Token;
      case Mask.KeepLast ignored -> JsonValueMask.Token;
      case Mask.DateTrunc ignored -> JsonValueMask.Token;
      case Mask.DateShift ignored -> JsonValueMask.Token;
      case Mask.Bucket ignored -> JsonValueMask.Token;
      case Mask.Noise ignored -> JsonValueMask.Token;
      case Mask.PostalCode ignored -> JsonValueMask.Token;
      case Mask.Network ignored -> JsonValueMask.Token;
    };
  }

  /** What no policy speaks of is hidden as long as nobody has said that it may be seen. */
  private @Nullable MaskPlan undecided(Set<ColumnName> shown, ColumnName name) {
    for (ColumnName each : shown) {
      if (pending.isUnexamined(each)) {
        invisible.add(name);
        return new MaskPlan(
            new Mask.Nullify(),
            PendingClassification.POLICY,
            "nobody has looked into %s.%s yet: classify it to show it"
                .formatted(each.relation(), each.column()));
      }
    }
    for (ColumnName each : shown) {
      ClassSuggestion suggestion = pending.suggestion(each);
      if (suggestion != null) {
        return new MaskPlan(
            new Mask.Nullify(),
            PendingClassification.POLICY,
            "%s.%s seems to hold %s, and no policy says what becomes of that: classify it, as none to show it"
                .formatted(each.relation(), each.column(), suggestion.dataClass()));
      }
    }
    return null;
  }

  private MaskPlan plan(
      CompiledPolicy policy,
      CompiledPolicy.CompiledRule rule,
      Relation relation,
      Column column,
      ColumnName name) {
    String unfit = MaskFit.problem(rule.mask(), column.type());
    if (unfit != null) {
      policy.add(
          rule.field() + ".mask",
          "MaskDoesNotFit",
          "%s of column %s.%s".formatted(unfit, name.relation(), name.column()),
          "Choose a mask that fits the type; until then the column is masked by Nullify");
      return nullified(policy, rule, unfit);
    }
    if (rule.subject() != null && rule.mask() instanceof Mask.DateShift shift) {
      return shifted(policy, rule, relation, column, new Shift(shift.days(), rule.subject()));
    }
    return new MaskPlan(rule.mask(), policy.name(), policy.name() + " " + rule.field());
  }

  /** What a rule says of moving dates by the value of another column. */
  private record Shift(int days, String subject) {}

  private MaskPlan shifted(
      CompiledPolicy policy,
      CompiledPolicy.CompiledRule rule,
      Relation relation,
      Column column,
      Shift shift) {
    ColumnName name = new ColumnName(relation.name(), column.name());
    Column subject = subject(relation, name, shift.subject());
    if (subject != null && MaskFit.identifies(subject.type())) {
      return new MaskPlan(
          new Mask.DateShift(shift.days(), new Mask.Subject(subject.name(), subject.type())),
          policy.name(),
          policy.name() + " " + rule.field());
    }
    String problem =
        subject == null
            ? "%s has no column %s, by which column %s would be moved"
                .formatted(relation.name(), shift.subject(), name.column())
            : "column %s.%s of type %s cannot say by how much column %s is moved"
                .formatted(relation.name(), subject.name(), subject.type().name(), name.column());
    // Nobody has done anything wrong where a view shows a table's dates without that column.
    if (subject != null || column.origin() == null) {
      policy.add(
          rule.field() + ".mask.dateShift.subjectColumn",
          subject == null ? "UnknownSubjectColumn" : "UnfitSubjectColumn",
          problem,
          subject == null
              ? Suggestion.remedy(
                  shift.subject(),
                  relation.columns().stream().map(Column::name).toList(),
                  "Correct the name, or match the columns of tables that have it; until then the"
                      + " column is masked by Nullify")
              : "Name a column of text, whole or decimal numbers, dates or UUIDs; until then the"
                  + " column is masked by Nullify");
    }
    return nullified(policy, rule, problem);
  }

  /** The column that shows a subject's data beside a date, whatever it is called there. */
  private @Nullable Column subject(Relation relation, ColumnName date, String subject) {
    for (ColumnName shown : lineage.of(date)) {
      ColumnName wanted = new ColumnName(shown.relation(), subject);
      for (Column column : relation.columns()) {
        if (lineage.of(new ColumnName(relation.name(), column.name())).contains(wanted)) {
          return column;
        }
      }
    }
    return null;
  }

  private static MaskPlan nullified(
      CompiledPolicy policy, CompiledPolicy.CompiledRule rule, String problem) {
    return new MaskPlan(
        new Mask.Nullify(),
        policy.name(),
        "%s %s: %s".formatted(policy.name(), rule.field(), problem));
  }

  /**
   * What a view computes from masked columns may give them away, and only a person can tell: it is
   * NULL until the column has a class of its own. Views of the view that pass it on hold to that.
   */
  private @Nullable MaskPlan computedFromMasked(Relation relation, Column column, ColumnName name) {
    if (classifications.isSettled(name)) {
      return null;
    }
    ColumnName origin = column.origin();
    if (origin != null) {
      return mask(origin);
    }
    for (ColumnName read : sorted(relation.reads())) {
      MaskPlan mask = read.relation().equals(relation.name()) ? null : mask(read);
      if (mask != null) {
        return computed(
            mask,
            name,
            "%s computes it, and reads %s.%s, which is masked"
                .formatted(relation.name(), read.relation(), read.column()));
      }
    }
    return relation.functions().isEmpty() ? null : shownByFunction(relation, name);
  }

  /** What such a function shows can be any column of any table. */
  private @Nullable MaskPlan shownByFunction(Relation relation, ColumnName name) {
    for (Relation table : sortedTables()) {
      for (Column column : table.columns()) {
        MaskPlan mask = mask(table, column);
        if (mask != null) {
          return computed(
              mask,
              name,
              "%s computes it by %s, whose rights reach masked columns such as %s.%s"
                  .formatted(
                      relation.name(),
                      relation.functions().stream().sorted().collect(Collectors.joining(", ")),
                      table.name(),
                      column.name()));
        }
      }
    }
    return null;
  }

  private static MaskPlan computed(MaskPlan source, ColumnName name, String reason) {
    return new MaskPlan(
        new Mask.Nullify(),
        source.policy(),
        "%s: classify %s.%s to show it".formatted(reason, name.relation(), name.column()));
  }

  private @Nullable MaskPlan mask(ColumnName name) {
    Relation relation = catalogue.relations().get(name.relation());
    Column column = relation == null ? null : relation.column(name.column());
    return relation == null || column == null ? null : mask(relation, column);
  }

  private List<Relation> sortedTables() {
    return catalogue.relations().values().stream()
        .filter(
            relation ->
                switch (relation.kind()) {
                  case TABLE, PARTITIONED_TABLE, FOREIGN_TABLE -> true;
                  case VIEW, MATERIALIZED_VIEW -> false;
                })
        .sorted(Comparator.comparing(Relation::name))
        .toList();
  }

  private static List<ColumnName> sorted(Set<ColumnName> names) {
    return names.stream()
        .sorted(Comparator.comparing(ColumnName::relation).thenComparing(ColumnName::column))
        .toList();
  }

  private void changesAt(@Nullable Instant time) {
    Instant known = nextChange;
    if (time != null && (known == null || time.isBefore(known))) {
      nextChange = time;
    }
  }
}

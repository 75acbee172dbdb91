package dev.sluice.operator.access;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessStatus;
import dev.sluice.crds.DatabaseAccessStatus.MaskedColumn;
import dev.sluice.operator.access.AccessGiver.Kept;
import dev.sluice.operator.condition.Conditions;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.PlanProblem;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the status of a DatabaseAccess. */
final class AccessConditions {
  private static final int MASKS_SHOWN = 100;
  private static final int PROBLEMS_SHOWN = 8;

  private final Clock clock;

  AccessConditions(Clock clock) {
    this.clock = clock;
  }

  DatabaseAccessStatus ready(
      DatabaseAccess access, AccessPlan plan, String bundleRevision, int sessions) {
    Conditions conditions =
        conditions(access)
            .yes(
                Conditions.READY,
                "Applied",
                "Tables: %d. Masked columns: %d."
                    .formatted(plan.relations().size(), plan.maskedColumns()));
    return of(access, conditions, plan, bundleRevision, sessions);
  }

  private static DatabaseAccessStatus of(
      DatabaseAccess access,
      Conditions conditions,
      AccessPlan plan,
      String bundleRevision,
      int sessions) {
    List<MaskedColumn> masks =
        plan.relations().stream()
            .flatMap(
                relation ->
                    relation.columns().stream()
                        .filter(column -> column.mask() != null)
                        .map(column -> masked(relation, column)))
            .limit(MASKS_SHOWN)
            .toList();
    return new DatabaseAccessStatus(
        conditions.list(),
        access.getMetadata().getGeneration(),
        plan.role(),
        bundleRevision,
        plan.maskedColumns(),
        masks,
        sessions);
  }

  DatabaseAccessStatus rejected(
      DatabaseAccess access, List<PlanProblem> problems, @Nullable Kept kept) {
    String shown =
        problems.stream()
            .limit(PROBLEMS_SHOWN)
            .map(problem -> ended(problem.sentence()))
            .collect(Collectors.joining(" "));
    String message =
        problems.size() <= PROBLEMS_SHOWN
            ? shown
            : "%s And %d more.".formatted(shown, problems.size() - PROBLEMS_SHOWN);
    String reason = problems.isEmpty() ? "Rejected" : problems.getFirst().reason();
    return notReady(access, reason, message, false, kept);
  }

  /** What stays of what was given before is told, where that is known. */
  DatabaseAccessStatus notReady(
      DatabaseAccess access, String reason, String message, boolean passing, @Nullable Kept kept) {
    if (kept == null) {
      return notReady(access, reason, message, passing);
    }
    String told =
        Stream.concat(Stream.of(message), kept.closed().stream())
            .map(AccessConditions::ended)
            .collect(Collectors.joining(" "));
    return of(
        access,
        conditions(access).notReady(reason, told, passing),
        kept.plan(),
        kept.revision(),
        kept.sessions());
  }

  /** What the status told of the plan before stays: the database is as it was. */
  DatabaseAccessStatus notReady(
      DatabaseAccess access, String reason, String message, boolean passing) {
    DatabaseAccessStatus before = access.getStatus();
    List<io.fabric8.kubernetes.api.model.Condition> list =
        conditions(access).notReady(reason, message, passing).list();
    Long generation = access.getMetadata().getGeneration();
    return before == null
        ? new DatabaseAccessStatus(list, generation, null, null, null, null, null)
        : new DatabaseAccessStatus(
            list,
            generation,
            before.role(),
            before.bundleRevision(),
            before.maskedColumns(),
            before.masks(),
            before.sessions());
  }

  /** Nothing of it is in the database any more. */
  DatabaseAccessStatus gone(DatabaseAccess access, String reason, String message) {
    return new DatabaseAccessStatus(
        conditions(access).notReady(reason, message, false).list(),
        access.getMetadata().getGeneration(),
        null,
        null,
        null,
        null,
        null);
  }

  private Conditions conditions(DatabaseAccess access) {
    DatabaseAccessStatus before = access.getStatus();
    return new Conditions(
        before == null || before.conditions() == null ? List.of() : before.conditions(),
        access.getMetadata().getGeneration(),
        clock);
  }

  private static MaskedColumn masked(
      AccessPlan.RelationPlan relation, AccessPlan.ColumnPlan column) {
    var mask = java.util.Objects.requireNonNull(column.mask());
    return new MaskedColumn(
        relation.name() + "." + column.name(), mask.mask().type(), mask.policy());
  }

  private static String ended(String sentence) {
    return sentence.endsWith(".") ? sentence : sentence + ".";
  }
}

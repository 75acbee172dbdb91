package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.Durations;
import dev.sluice.crds.SchemaChanges;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an access can be given, and how. Every problem is found in one go.
 *
 * <p>A masking policy that is broken never unmasks: a mask that does not fit its column's type
 * becomes Nullify, a selector that cannot be read selects every Database.
 */
public final class AccessPlanner {
  private AccessPlanner() {}

  /**
   * Plans an access.
   *
   * @param request all that the plan depends on
   * @return the plan, or why there is none
   */
  public static PlanResult plan(PlanRequest request) {
    Problems problems = new Problems(request.access());
    AccessPlan plan = plan(request, problems);
    return problems.reject()
        ? new PlanResult.Rejected(problems.all())
        : new PlanResult.Planned(plan, problems.all());
  }

  /**
   * Plans what stays of an access that cannot be given as it is written now: of what was given
   * before, as much as the Database permits and holds today, with the masks of today. What of the
   * Database cannot be read withdraws nothing.
   *
   * @param request with the spec that was given before
   * @return the plan; without relations where nothing stays
   */
  public static AccessPlan keep(PlanRequest request) {
    return plan(request, new Problems(request.access()));
  }

  /** As much as can be given; what cannot is a problem. */
  private static AccessPlan plan(PlanRequest request, Problems problems) {
    DatabaseAccessSpec spec = request.spec();
    boolean withdrawn = !namespace(request, problems);
    Instant end = end(request, problems);
    boolean schemaChanges = schemaChanges(request, problems);

    Classifications classifications =
        new Classifications(request.database(), request.databaseSpec(), request.catalogue());
    PendingClassification pending = pending(request);
    classifications.add(pending.examined());
    List<CompiledPolicy> policies =
        request.maskingPolicies().stream()
            .sorted(Comparator.comparing(Named::name))
            .map(CompiledPolicy::new)
            .filter(policy -> policy.appliesTo(request.database()))
            .filter(policy -> policy.appliesTo(request.namespaceLabels(), spec.purpose()))
            .toList();
    policies.forEach(policy -> policy.unknownColumns(request.catalogue(), request.database()));
    ColumnMasks masks =
        new ColumnMasks(
            request.catalogue(), classifications, pending, policies, spec.purpose(), request.now());
    List<RelationPlan> resolved = new GrantReader(request, masks, problems).read();
    boolean over = end != null && !end.isAfter(request.now());
    List<RelationPlan> relations = withdrawn || over ? List.of() : resolved;

    ColumnDetections detections =
        new ColumnDetections(
            request.catalogue(), classifications, policies, spec.purpose(), request.now());
    List<Bundle.Detection> detected = detections.of(relations);

    List<PlanProblem> ofOthers = new ArrayList<>(classifications.problems());
    policies.forEach(policy -> ofOthers.addAll(policy.problems()));
    List<Bundle.Rule> rules =
        Guardrails.rules(
            request.guardrailPolicies(), request.database(), request.namespaceLabels(), ofOthers);
    problems.addAll(ofOthers);

    DatabaseAccessSpec.Sessions sessions =
        Objects.requireNonNullElse(spec.sessions(), DatabaseAccessSpec.Sessions.DEFAULT);
    Bundle.SessionLimits limits =
        new Bundle.SessionLimits(
            Objects.requireNonNullElse(sessions.max(), 50),
            seconds(sessions.idleTimeout(), "spec.sessions.idleTimeout", problems),
            seconds(sessions.statementTimeout(), "spec.sessions.statementTimeout", problems),
            sessions.connectTimeout() == null
                ? null
                : (int)
                    seconds(sessions.connectTimeout(), "spec.sessions.connectTimeout", problems));
    DatabaseAccessSpec.Credentials credentials =
        Objects.requireNonNullElse(spec.credentials(), DatabaseAccessSpec.Credentials.DEFAULT);
    long lifetime = seconds(credentials.lifetime(), "spec.credentials.lifetime", problems);

    String role = RoleNames.group(request.access());
    // What an access with schema changes makes is its own, so that its role must be, too.
    String holder =
        relations.isEmpty() || schemaChanges
            ? role
            : RoleNames.plan(request.database(), SharedPlan.key(request.access(), spec, policies));
    List<String> searchPath = searchPath(role, holder, relations, request);
    return new AccessPlan(
        request.access(),
        spec,
        request.database().toString(),
        spec.purpose(),
        role,
        holder,
        searchPath,
        schemaChanges,
        ViewNames.named(relations, searchPath),
        masks.guarded(),
        rules,
        detected,
        limits,
        Duration.ofSeconds(Math.clamp(lifetime, 60, Duration.ofHours(24).toSeconds())),
        request.databaseSpec().onRevoke() == DatabaseSpec.OnRevoke.Terminate
            ? Bundle.Revocation.TERMINATE
            : Bundle.Revocation.FINISH_STATEMENT,
        end,
        DatabaseSpec.Ceiling.lookupsPerMinute(request.databaseSpec()),
        earliest(end, earliest(masks.nextChange(), detections.nextChange())));
  }

  /**
   * Proposed classes hold, and what nobody has looked into is invisible, where that is asked for.
   */
  private static PendingClassification pending(PlanRequest request) {
    return switch (DatabaseSpec.Discovery.of(request.databaseSpec()).mode()) {
      case Off, Suggest -> PendingClassification.NOTHING;
      case Enforce ->
          PendingClassification.of(
              request.database(), request.databaseSpec(), request.catalogue(), request.observed());
    };
  }

  /** Whether the namespace may have accesses, or it cannot be told. */
  private static boolean namespace(PlanRequest request, Problems problems) {
    DatabaseSpec.AllowedNamespaces allowed =
        Objects.requireNonNullElse(
            request.databaseSpec().allowedNamespaces(), DatabaseSpec.AllowedNamespaces.SAME);
    String namespace = request.access().namespace();
    boolean known = true;
    boolean permitted = false;
    try {
      permitted =
          switch (allowed.from()) {
            case All -> true;
            case Same -> namespace.equals(request.database().namespace());
            case Selector ->
                allowed.selector() != null
                    && Selectors.selects(allowed.selector(), request.namespaceLabels());
          };
    } catch (IllegalArgumentException e) {
      known = false;
      problems.addAll(
          List.of(
              new PlanProblem(
                  PlanProblem.Kind.Database,
                  request.database().namespace(),
                  request.database().name(),
                  "spec.allowedNamespaces.selector",
                  "InvalidSelector",
                  String.valueOf(e.getMessage()),
                  "Correct the selector: until then it selects no namespace")));
    }
    if (!permitted) {
      problems.access(
          "spec.databaseRef",
          "NamespaceNotAllowed",
          "Database %s permits no access from namespace %s"
              .formatted(request.database(), namespace),
          switch (allowed.from()) {
            case All, Same ->
                "Have spec.allowedNamespaces of the Database extended; at present it permits its"
                    + " own namespace alone";
            case Selector ->
                "Have the namespace labelled so that spec.allowedNamespaces.selector of the"
                    + " Database selects it";
          });
    }
    return permitted || !known;
  }

  /** When the access ends, by itself or by the ceiling, whichever is earlier; null: it does not. */
  private static @Nullable Instant end(PlanRequest request, Problems problems) {
    Instant expiresAt =
        request.spec().expiresAt() == null ? null : request.spec().expiresAt().toInstant();
    if (expiresAt != null && !expiresAt.isAfter(request.now())) {
      problems.access(
          "spec.expiresAt",
          "Expired",
          "the access ended at " + expiresAt,
          "Set a later spec.expiresAt, or delete the DatabaseAccess");
    }
    DatabaseSpec.Ceiling ceiling = request.databaseSpec().ceiling();
    String longest = ceiling == null ? null : ceiling.maxDuration();
    return longest == null
        ? expiresAt
        : earliest(expiresAt, latest(request, expiresAt, longest, problems));
  }

  private static @Nullable Instant latest(
      PlanRequest request, @Nullable Instant expiresAt, String longest, Problems problems) {
    Instant latest;
    try {
      latest = request.access().createdAt().plus(Durations.parse(longest));
    } catch (IllegalArgumentException e) {
      problems.addAll(
          List.of(
              new PlanProblem(
                  PlanProblem.Kind.Database,
                  request.database().namespace(),
                  request.database().name(),
                  "spec.ceiling.maxDuration",
                  "InvalidDuration",
                  String.valueOf(e.getMessage()),
                  "Write a duration such as 720h")));
      problems.access(
          "spec.databaseRef",
          "InvalidCeiling",
          "spec.ceiling.maxDuration of Database %s cannot be read".formatted(request.database()),
          "Have it corrected");
      return null;
    }
    if (expiresAt == null || expiresAt.isAfter(latest)) {
      problems.access(
          "spec.expiresAt",
          "DurationBeyondCeiling",
          expiresAt == null
              ? "Database %s permits an access for %s at most, and this one has no end"
                  .formatted(request.database(), longest)
              : "Database %s permits an access for %s at most, counted from its creation"
                  .formatted(request.database(), longest),
          "Set spec.expiresAt to %s or earlier".formatted(latest));
    }
    return latest;
  }

  private static boolean schemaChanges(PlanRequest request, Problems problems) {
    DatabaseSpec.Ceiling ceiling = request.databaseSpec().ceiling();
    boolean asked = request.spec().schemaChanges() == SchemaChanges.Allowed;
    boolean permitted = ceiling != null && ceiling.schemaChanges() == SchemaChanges.Allowed;
    if (asked && !permitted) {
      problems.access(
          "spec.schemaChanges",
          "SchemaChangesBeyondCeiling",
          "Database %s permits no schema changes".formatted(request.database()),
          "Leave spec.schemaChanges out, or have spec.ceiling.schemaChanges of the Database set to"
              + " Allowed");
    }
    return asked && permitted;
  }

  /**
   * Masked views first, then the schemas of the tables, in the order of the ceiling. The schema of
   * the views stands there before it exists, which the server passes over, so that sessions that
   * are open find the first view.
   */
  private static List<String> searchPath(
      String role, String holder, List<RelationPlan> relations, PlanRequest request) {
    Set<String> path = new LinkedHashSet<>();
    path.add(role);
    path.add(holder);
    Set<String> used = new LinkedHashSet<>();
    relations.forEach(relation -> used.add(relation.name().schema()));
    DatabaseSpec.Ceiling ceiling = request.databaseSpec().ceiling();
    List<String> order = ceiling == null ? null : ceiling.schemas();
    if (order != null) {
      order.stream().filter(used::contains).forEach(path::add);
    }
    path.addAll(used);
    return List.copyOf(path);
  }

  private static long seconds(@Nullable String duration, String field, Problems problems) {
    if (duration == null) {
      return 0;
    }
    try {
      return Durations.parse(duration).toSeconds();
    } catch (IllegalArgumentException e) {
      problems.access(
          field, "InvalidDuration", String.valueOf(e.getMessage()), "Write a duration such as 30m");
      return 0;
    }
  }

  private static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
    if (one == null) {
      return other;
    }
    return other == null || one.isBefore(other) ? one : other;
  }
}

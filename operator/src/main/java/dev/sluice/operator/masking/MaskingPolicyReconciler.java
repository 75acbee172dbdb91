package dev.sluice.operator.masking;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseStatus;
import dev.sluice.crds.MaskingPolicy;
import dev.sluice.crds.PolicyStatus;
import dev.sluice.operator.condition.Conditions;
import dev.sluice.operator.database.DatabaseKey;
import dev.sluice.operator.database.Findings;
import dev.sluice.operator.selection.SelectableResources;
import dev.sluice.policy.plan.Named;
import dev.sluice.policy.plan.PlanProblem;
import dev.sluice.policy.plan.PolicyCheck;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Tells of a MaskingPolicy what reconciling the databases found out about it. */
@Singleton
@ControllerConfiguration(name = "maskingpolicy")
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class MaskingPolicyReconciler implements Reconciler<MaskingPolicy> {
  private final Findings findings;
  private final MaskingPolicyConditions conditions;
  private final SimpleInboundEventSource<MaskingPolicy> news =
      new SimpleInboundEventSource<>("findings");
  private SelectableResources<Database, MaskingPolicy> databases;

  /**
   * A reconciler.
   *
   * @param findings what was found out
   * @param clock the time
   */
  @SuppressWarnings("NullAway.Init") // the SDK asks for event sources before anything else
  public MaskingPolicyReconciler(Findings findings, Clock clock) {
    this.findings = findings;
    this.conditions = new MaskingPolicyConditions(clock);
    findings.onPolicy(policy -> news.propagateEvent(new ResourceID(policy)));
  }

  @Override
  public List<EventSource<?, MaskingPolicy>> prepareEventSources(
      EventSourceContext<MaskingPolicy> context) {
    databases =
        new SelectableResources<>("databases", Database.class, MaskingPolicy.class, context);
    return List.of(databases.eventSource(), news);
  }

  @Override
  public UpdateControl<MaskingPolicy> reconcile(
      MaskingPolicy policy, Context<MaskingPolicy> context) {
    PolicyStatus status = status(policy);
    if (status.equals(policy.getStatus())) {
      return UpdateControl.noUpdate();
    }
    MaskingPolicy patch = new MaskingPolicy();
    patch.setMetadata(new ObjectMetaBuilder().withName(policy.getMetadata().getName()).build());
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }

  private PolicyStatus status(MaskingPolicy policy) {
    try {
      var selector = Objects.requireNonNull(policy.getSpec().databases());
      List<Database> selected = databases.selected(selector).toList();
      String name = policy.getMetadata().getName();
      List<PlanProblem> problems = new ArrayList<>(findings.policyProblems(name));
      problems.addAll(unknownSchemas(policy, selected));
      if (!problems.isEmpty()) {
        return conditions.wrong(policy, problems, selected.size());
      }
      List<String> waiting =
          selected.stream()
              .filter(database -> waitedFor(database, policy))
              .map(database -> DatabaseKey.of(database).toString())
              .sorted()
              .toList();
      PolicyStatus before = policy.getStatus();
      // After the operator began anew what was told of this very version holds until it is looked
      // at again.
      return waiting.isEmpty()
          ? conditions.accepted(policy, selected.size())
          : before != null && MaskingPolicyConditions.isReady(policy)
              ? before
              : conditions.waiting(policy, waiting, selected.size());
    } catch (IllegalArgumentException wrong) {
      return conditions.unreadable(policy, "spec.databases: " + wrong.getMessage() + ".");
    }
  }

  /** Whether a Database is about to look at this version. One that is not ready says so itself. */
  private boolean waitedFor(Database database, MaskingPolicy policy) {
    Findings.Looked looked = findings.looked(DatabaseKey.of(database));
    boolean done =
        looked != null
            && Findings.version(policy)
                .equals(looked.policies().get(policy.getMetadata().getName()));
    DatabaseStatus status = database.getStatus();
    boolean failing =
        status != null
            && status.conditions() != null
            && status.conditions().stream()
                .anyMatch(
                    condition ->
                        Conditions.READY.equals(condition.getType())
                            && !"True".equals(condition.getStatus()));
    return !done && !failing;
  }

  /** Told only where every Database was looked at, for any of them may have the schema. */
  private List<PlanProblem> unknownSchemas(MaskingPolicy policy, List<Database> selected) {
    Set<String> schemas = new TreeSet<>();
    for (Database database : selected) {
      Findings.Looked looked = findings.looked(DatabaseKey.of(database));
      if (looked == null) {
        return List.of();
      }
      schemas.addAll(looked.schemas());
    }
    return selected.isEmpty()
        ? List.of()
        : PolicyCheck.unknownSchemas(
            new Named<>(policy.getMetadata().getName(), policy.getSpec()), schemas);
  }
}

package dev.sluice.operator.masking;

import dev.sluice.crds.Database;
import dev.sluice.crds.MaskingPolicy;
import dev.sluice.crds.PolicyStatus;
import dev.sluice.operator.database.Findings;
import dev.sluice.operator.selection.SelectableResources;
import dev.sluice.policy.plan.PlanProblem;
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
import java.util.List;
import java.util.Objects;

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
      int count = (int) databases.selected(selector).count();
      List<PlanProblem> problems = findings.policyProblems(policy.getMetadata().getName());
      return problems.isEmpty()
          ? conditions.accepted(policy, count)
          : conditions.wrong(policy, problems, count);
    } catch (IllegalArgumentException wrong) {
      return conditions.unreadable(policy, "spec.databases: " + wrong.getMessage() + ".");
    }
  }
}

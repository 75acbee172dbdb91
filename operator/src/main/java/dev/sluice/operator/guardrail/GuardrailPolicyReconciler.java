package dev.sluice.operator.guardrail;

import dev.sluice.crds.Database;
import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.PolicyStatus;
import dev.sluice.operator.selection.SelectableResources;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

/** Tells for how many databases a GuardrailPolicy is. */
@Singleton
@ControllerConfiguration(name = "guardrailpolicy")
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class GuardrailPolicyReconciler implements Reconciler<GuardrailPolicy> {
  private final GuardrailPolicyConditions conditions;
  private SelectableResources<Database, GuardrailPolicy> databases;

  /**
   * A reconciler.
   *
   * @param clock the time
   */
  @SuppressWarnings("NullAway.Init") // the SDK asks for event sources before anything else
  public GuardrailPolicyReconciler(Clock clock) {
    this.conditions = new GuardrailPolicyConditions(clock);
  }

  @Override
  public List<EventSource<?, GuardrailPolicy>> prepareEventSources(
      EventSourceContext<GuardrailPolicy> context) {
    databases =
        new SelectableResources<>("databases", Database.class, GuardrailPolicy.class, context);
    return List.of(databases.eventSource());
  }

  @Override
  public UpdateControl<GuardrailPolicy> reconcile(
      GuardrailPolicy policy, Context<GuardrailPolicy> context) {
    PolicyStatus status = status(policy);
    if (status.equals(policy.getStatus())) {
      return UpdateControl.noUpdate();
    }
    GuardrailPolicy patch = new GuardrailPolicy();
    patch.setMetadata(new ObjectMetaBuilder().withName(policy.getMetadata().getName()).build());
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }

  private PolicyStatus status(GuardrailPolicy policy) {
    try {
      var selector = Objects.requireNonNull(policy.getSpec().databases());
      int count = (int) databases.selected(selector).count();
      return conditions.accepted(policy, count);
    } catch (IllegalArgumentException wrong) {
      return conditions.unreadable(policy, "spec.databases: " + wrong.getMessage() + ".");
    }
  }
}

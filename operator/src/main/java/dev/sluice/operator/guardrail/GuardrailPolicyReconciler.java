package dev.sluice.operator.guardrail;

import dev.sluice.crds.Database;
import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.GuardrailPolicyStatus;
import dev.sluice.operator.selection.SelectableResources;
import dev.sluice.policy.plan.CompiledGuardrails;
import dev.sluice.resources.condition.GuardrailRules;
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

/** Tells whether the rules of a GuardrailPolicy can be read, and for how many databases it is. */
@Singleton
@ControllerConfiguration(name = "guardrailpolicy")
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class GuardrailPolicyReconciler implements Reconciler<GuardrailPolicy> {
  private final GuardrailRules rules;
  private final GuardrailPolicyConditions conditions;
  private SelectableResources<Database, GuardrailPolicy> databases;

  /**
   * A reconciler.
   *
   * @param rules reads rules
   * @param clock the time
   */
  @SuppressWarnings("NullAway.Init") // the SDK asks for event sources before anything else
  public GuardrailPolicyReconciler(GuardrailRules rules, Clock clock) {
    this.rules = rules;
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
    GuardrailPolicyStatus status = status(policy);
    if (status.equals(policy.getStatus())) {
      return UpdateControl.noUpdate();
    }
    GuardrailPolicy patch = new GuardrailPolicy();
    patch.setMetadata(new ObjectMetaBuilder().withName(policy.getMetadata().getName()).build());
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }

  private GuardrailPolicyStatus status(GuardrailPolicy policy) {
    try {
      var selector = Objects.requireNonNull(policy.getSpec().databases());
      int count = (int) databases.selected(selector).count();
      CompiledGuardrails written = rules.written(policy);
      return written.problems().isEmpty()
          ? conditions.accepted(policy, count)
          : conditions.refused(policy, written.problems(), count);
    } catch (IllegalArgumentException wrong) {
      return conditions.unreadable(policy, "spec.databases: " + wrong.getMessage() + ".");
    }
  }
}

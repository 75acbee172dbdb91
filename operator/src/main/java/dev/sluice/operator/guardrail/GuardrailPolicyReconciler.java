package dev.sluice.operator.guardrail;

import dev.sluice.crds.Database;
import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.PolicyStatus;
import dev.sluice.policy.plan.Selectors;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Tells for how many databases a GuardrailPolicy is. */
@Singleton
@ControllerConfiguration(name = "guardrailpolicy")
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class GuardrailPolicyReconciler implements Reconciler<GuardrailPolicy> {
  private final GuardrailPolicyConditions conditions;
  private InformerEventSource<Database, GuardrailPolicy> databases;

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
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Database.class, GuardrailPolicy.class)
                .withName("databases")
                .withSecondaryToPrimaryMapper(
                    database ->
                        context
                            .getPrimaryCache()
                            .list()
                            .map(ResourceID::fromResource)
                            .collect(Collectors.toSet()))
                .withOnUpdateFilter(
                    (now, before) ->
                        !Objects.equals(
                            now.getMetadata().getLabels(), before.getMetadata().getLabels()))
                .build(),
            context);
    return List.of(databases);
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
      int count =
          (int)
              databases
                  .list()
                  .map(database -> database.getMetadata().getLabels())
                  .filter(labels -> Selectors.selects(selector, labels == null ? Map.of() : labels))
                  .count();
      return conditions.accepted(policy, count);
    } catch (IllegalArgumentException wrong) {
      return conditions.unreadable(policy, "spec.databases: " + wrong.getMessage() + ".");
    }
  }
}

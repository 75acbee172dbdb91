package dev.sluice.operator.enforcement;

import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.crds.EnforcementPolicyStatus;
import dev.sluice.operator.ControlNamespace;
import dev.sluice.operator.scan.ScanResults;
import dev.sluice.operator.selection.SelectableResources;
import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.PolicyDisagreements;
import dev.sluice.policy.workload.PolicyDisagreements.Disagreement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
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
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Tells in how many namespaces an EnforcementPolicy is in force, or why it is not, and what was
 * found there.
 */
@Singleton
@ControllerConfiguration(name = "enforcementpolicy")
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class EnforcementPolicyReconciler implements Reconciler<EnforcementPolicy> {
  private final Set<String> spared;
  private final ScanResults results;
  private final EnforcementPolicyConditions conditions;
  private final SimpleInboundEventSource<EnforcementPolicy> news =
      new SimpleInboundEventSource<>("scan");
  private SelectableResources<Namespace, EnforcementPolicy> namespaces;
  private OtherPolicies others;

  /**
   * A reconciler.
   *
   * @param controlNamespace the control plane's own namespace
   * @param results what was found about what runs
   * @param clock the time
   */
  @SuppressWarnings("NullAway.Init") // the SDK asks for event sources before anything else
  public EnforcementPolicyReconciler(
      ControlNamespace controlNamespace, ScanResults results, Clock clock) {
    this.spared = Set.of(controlNamespace.name(), "kube-system");
    this.results = results;
    this.conditions = new EnforcementPolicyConditions(clock);
    results.onPolicy(policy -> news.propagateEvent(new ResourceID(policy)));
  }

  @Override
  public List<EventSource<?, EnforcementPolicy>> prepareEventSources(
      EventSourceContext<EnforcementPolicy> context) {
    namespaces =
        new SelectableResources<>("namespaces", Namespace.class, EnforcementPolicy.class, context);
    others = new OtherPolicies(context);
    return List.of(namespaces.eventSource(), others.eventSource(), news);
  }

  @Override
  public UpdateControl<EnforcementPolicy> reconcile(
      EnforcementPolicy policy, Context<EnforcementPolicy> context) {
    EnforcementPolicyStatus before = policy.getStatus();
    EnforcementPolicyStatus status =
        status(policy)
            .with(
                results.of(
                    policy.getMetadata().getName(), before == null ? null : before.findings()));
    if (status.equals(policy.getStatus())) {
      return UpdateControl.noUpdate();
    }
    EnforcementPolicy patch = new EnforcementPolicy();
    patch.setMetadata(new ObjectMetaBuilder().withName(policy.getMetadata().getName()).build());
    patch.setStatus(status);
    return UpdateControl.patchStatus(patch);
  }

  private EnforcementPolicyStatus status(EnforcementPolicy policy) {
    LabelSelector selector = Objects.requireNonNull(policy.getSpec().namespaces());
    try {
      Set<String> selected =
          namespaces
              .selected(selector)
              .map(namespace -> namespace.getMetadata().getName())
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> wrong = new TreeSet<>(selected);
      wrong.retainAll(spared);
      selected.removeAll(spared);
      return wrong.isEmpty() || isEverything(selector)
          ? conditions.accepted(policy, selected.size(), disagreements(policy, selected))
          : conditions.refused(policy, wrong);
    } catch (IllegalArgumentException broken) {
      return conditions.unreadable(policy, "spec.namespaces: " + broken.getMessage() + ".");
    }
  }

  private List<Disagreement> disagreements(EnforcementPolicy policy, Set<String> selected) {
    Map<String, Map<String, String>> labels =
        namespaces
            .selected(Objects.requireNonNull(policy.getSpec().namespaces()))
            .filter(namespace -> selected.contains(namespace.getMetadata().getName()))
            .collect(
                Collectors.toMap(
                    namespace -> namespace.getMetadata().getName(),
                    namespace ->
                        Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of())));
    return PolicyDisagreements.of(Enforcement.of(policy), others.all(), labels);
  }

  /** An empty selector means all but the spared ones. */
  private static boolean isEverything(LabelSelector selector) {
    return (selector.getMatchLabels() == null || selector.getMatchLabels().isEmpty())
        && (selector.getMatchExpressions() == null || selector.getMatchExpressions().isEmpty());
  }
}

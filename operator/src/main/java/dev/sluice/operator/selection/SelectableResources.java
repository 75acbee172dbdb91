package dev.sluice.operator.selection;

import dev.sluice.policy.plan.Selectors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cluster's resources of a kind, of which policies select some by their labels. Every policy is
 * reconciled again when one of them comes, goes or gets other labels.
 *
 * @param <R> the kind that is selected
 * @param <P> the kind of policy
 */
public final class SelectableResources<R extends HasMetadata, P extends HasMetadata> {
  private final InformerEventSource<R, P> informer;

  /**
   * Watches them.
   *
   * @param name what the event source is called
   * @param kind the kind that is selected
   * @param policy the kind of policy
   * @param context of the reconciler of the policies
   */
  public SelectableResources(
      String name, Class<R> kind, Class<P> policy, EventSourceContext<P> context) {
    this.informer =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(kind, policy)
                .withName(name)
                .withSecondaryToPrimaryMapper(
                    resource ->
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
  }

  /** What the reconciler gives to the SDK. */
  public EventSource<R, P> eventSource() {
    return informer;
  }

  /**
   * Those that a selector selects.
   *
   * @throws IllegalArgumentException when the selector is malformed
   */
  public Stream<R> selected(LabelSelector selector) {
    return informer
        .list()
        .filter(
            resource ->
                Selectors.selects(
                    selector,
                    Objects.requireNonNullElse(resource.getMetadata().getLabels(), Map.of())));
  }
}

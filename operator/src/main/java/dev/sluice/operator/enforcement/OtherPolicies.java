package dev.sluice.operator.enforcement;

import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.policy.workload.Enforcement;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** All policies: each is reconciled again when another one comes, goes or says something else. */
final class OtherPolicies {
  private final InformerEventSource<EnforcementPolicy, EnforcementPolicy> informer;

  OtherPolicies(EventSourceContext<EnforcementPolicy> context) {
    this.informer =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(EnforcementPolicy.class, EnforcementPolicy.class)
                .withName("policies")
                .withSecondaryToPrimaryMapper(
                    changed ->
                        context
                            .getPrimaryCache()
                            .list()
                            .map(ResourceID::fromResource)
                            .filter(each -> !each.equals(ResourceID.fromResource(changed)))
                            .collect(Collectors.toSet()))
                .withOnUpdateFilter(
                    (now, before) ->
                        !Objects.equals(
                            now.getMetadata().getGeneration(),
                            before.getMetadata().getGeneration()))
                .build(),
            context);
  }

  EventSource<EnforcementPolicy, EnforcementPolicy> eventSource() {
    return informer;
  }

  List<Enforcement> all() {
    return informer.list().map(Enforcement::of).toList();
  }
}

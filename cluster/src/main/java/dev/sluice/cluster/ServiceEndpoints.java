package dev.sluice.cluster;

import dev.sluice.policy.workload.GovernedDatabase;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.policy.workload.PodAddresses;
import dev.sluice.policy.workload.SlicedPods;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods behind the Services of the namespaces in which governed databases have Services: which
 * of them lead to a database shows in the pods. Of other namespaces, of which a cluster has many
 * more, only what people wrote is watched: endpoints of Services without a selector may lead
 * anywhere.
 */
final class ServiceEndpoints implements PodAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceEndpoints.class);

  /** All slices but those that the cluster itself makes of a selector. */
  private static final String HAND_MADE =
      SlicedPods.SERVICE_LABEL
          + ",endpointslice.kubernetes.io/managed-by!=endpointslice-controller.k8s.io";

  private final KubernetesClient client;
  private final SharedIndexInformer<EndpointSlice> handMade;
  private final Map<String, SharedIndexInformer<EndpointSlice>> informers =
      new ConcurrentHashMap<>();
  private final SlicedPods pods = new SlicedPods(this::slices);
  private volatile Runnable change = () -> {};

  ServiceEndpoints(KubernetesClient client) {
    this.client = client;
    this.handMade =
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inAnyNamespace()
            .withLabelSelector(HAND_MADE)
            .runnableInformer(0);
  }

  /** Watches what people wrote. */
  void start() {
    handMade
        .addEventHandler(new ChangeHandler<>(() -> change.run()))
        .exceptionHandler(retrying("all namespaces"))
        .start();
  }

  /** Whether that is known in full. */
  boolean hasSynced() {
    return handMade.hasSynced();
  }

  /** Is called when the pods behind a Service change. */
  void onChange(Runnable action) {
    change = action;
  }

  @Override
  public List<String> addresses(ObjectName service) {
    return pods.addresses(service);
  }

  @Override
  public Set<Integer> ports(ObjectName service, String portName) {
    return pods.ports(service, portName);
  }

  private List<EndpointSlice> slices(String namespace) {
    SharedIndexInformer<EndpointSlice> informer = informers.get(namespace);
    return informer == null
        ? handMade.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace)
        : informer.getStore().list();
  }

  /** Watches the namespaces of the Services of these databases, and no others. */
  void watch(Collection<GovernedDatabase> databases) {
    Set<String> wanted =
        databases.stream()
            .flatMap(database -> database.services().stream())
            .map(service -> service.name().namespace())
            .collect(Collectors.toSet());
    informers
        .entrySet()
        .removeIf(
            each -> {
              boolean unwanted = !wanted.contains(each.getKey());
              if (unwanted) {
                each.getValue().stop();
              }
              return unwanted;
            });
    wanted.forEach(namespace -> informers.computeIfAbsent(namespace, this::informer));
  }

  void stop() {
    informers.values().forEach(SharedIndexInformer::stop);
    handMade.stop();
  }

  private SharedIndexInformer<EndpointSlice> informer(String namespace) {
    SharedIndexInformer<EndpointSlice> informer =
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(namespace)
            .withLabel(SlicedPods.SERVICE_LABEL)
            .runnableInformer(0);
    informer
        .addEventHandler(new ChangeHandler<>(() -> change.run()))
        .exceptionHandler(retrying("namespace " + namespace))
        .start();
    return informer;
  }

  private static ExceptionHandler retrying(String where) {
    return (started, problem) -> {
      LOG.warn(
          "watching the endpoints of {} failed and is tried again: {}",
          where,
          problem.getMessage());
      return true;
    };
  }
}

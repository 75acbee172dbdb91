package dev.sluice.cluster;

import dev.sluice.policy.workload.GovernedDatabase;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.policy.workload.PodAddresses;
import dev.sluice.policy.workload.SlicedPods;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
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
 * of them lead to a database shows in the pods. Other namespaces are not watched: a cluster has
 * many more.
 */
final class ServiceEndpoints implements PodAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceEndpoints.class);

  private final KubernetesClient client;
  private final Map<String, SharedIndexInformer<EndpointSlice>> informers =
      new ConcurrentHashMap<>();
  private final SlicedPods pods = new SlicedPods(this::slices);
  private volatile Runnable change = () -> {};

  ServiceEndpoints(KubernetesClient client) {
    this.client = client;
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
    return informer == null ? List.of() : informer.getStore().list();
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
        .addEventHandler(changing())
        .exceptionHandler(
            (started, problem) -> {
              LOG.warn(
                  "watching the endpoints of namespace={} failed and is tried again: {}",
                  namespace,
                  problem.getMessage());
              return true;
            })
        .start();
    return informer;
  }

  private ResourceEventHandler<EndpointSlice> changing() {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(EndpointSlice added) {
        change.run();
      }

      @Override
      public void onUpdate(EndpointSlice before, EndpointSlice after) {
        change.run();
      }

      @Override
      public void onDelete(EndpointSlice deleted, boolean finalStateUnknown) {
        change.run();
      }
    };
  }
}

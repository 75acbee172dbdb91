package dev.sluice.policy.workload;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Database resource and all addresses under which it is known to answer.
 *
 * @param name the Database
 * @param database the name of the database in the server
 * @param endpoints the addresses that the resource names
 * @param services the Services of the cluster that lead to it
 * @param adminSecret the Secret, in the Database's namespace, of the role that administers it
 * @param adminUser the name of that role; absent where it is not known
 */
public record GovernedDatabase(
    ObjectName name,
    String database,
    List<Endpoint> endpoints,
    List<ServiceAddress> services,
    @Nullable String adminSecret,
    @Nullable String adminUser) {
  /** Immutable copies. */
  public GovernedDatabase {
    endpoints = List.copyOf(endpoints);
    services = List.copyOf(services);
  }

  /**
   * Whether a pod is one of the database's own, as far as the selectors of its Services tell.
   *
   * @param namespace the pod's namespace
   * @param labels the pod's labels
   */
  boolean isServedBy(String namespace, Map<String, String> labels) {
    return services.stream()
        .filter(service -> service.name().namespace().equals(namespace))
        .map(ServiceAddress::selector)
        .anyMatch(
            selector -> !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet()));
  }

  /**
   * One address as the resource names it.
   *
   * @param host DNS name or IP address
   * @param port TCP port
   */
  public record Endpoint(String host, int port) {}

  /**
   * A Service that leads to the database.
   *
   * @param name the Service
   * @param selector labels of the pods behind it; empty where it has no selector
   * @param addresses its cluster IPs, external IPs, the names or IPs of its load balancers and the
   *     IPs of the pods behind it
   * @param ports the ports under which the database answers there; empty: any
   * @param nodePorts the ports under which it answers on every node
   */
  public record ServiceAddress(
      ObjectName name,
      Map<String, String> selector,
      List<String> addresses,
      Set<Integer> ports,
      Set<Integer> nodePorts) {
    /** Immutable copies. */
    public ServiceAddress {
      selector = Map.copyOf(selector);
      addresses = List.copyOf(addresses);
      ports = Set.copyOf(ports);
      nodePorts = Set.copyOf(nodePorts);
    }

    /** Of a Service that has no port on the nodes. */
    public ServiceAddress(
        ObjectName name, Map<String, String> selector, List<String> addresses, Set<Integer> ports) {
      this(name, selector, addresses, ports, Set.of());
    }
  }
}

package dev.sluice.webhook.index;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.policy.workload.GovernedDatabase;
import dev.sluice.policy.workload.GovernedDatabase.Endpoint;
import dev.sluice.policy.workload.GovernedDatabase.ServiceAddress;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.policy.workload.ServiceHost;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds all addresses of the cluster under which a Database answers. */
final class DatabaseAddresses {
  private final String clusterDomain;

  DatabaseAddresses(String clusterDomain) {
    this.clusterDomain = clusterDomain;
  }

  /**
   * A Database with its addresses: the Service that its endpoint names or whose IP it is, other
   * Services that lead to the same pods and port, and ExternalName Services that are other names of
   * any of these.
   *
   * @param database the resource
   * @param services all Services of the cluster
   * @param pods the pods behind Services
   */
  GovernedDatabase of(Database database, List<Service> services, PodAddresses pods) {
    DatabaseSpec spec = database.getSpec();
    List<Endpoint> endpoints =
        spec.endpoints().stream()
            .map(each -> new Endpoint(each.host(), Objects.requireNonNullElse(each.port(), 5432)))
            .toList();
    List<ServiceAddress> addresses = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      Optional<Service> own =
          services.stream().filter(service -> isAt(service, endpoint)).findFirst();
      own.ifPresent(
          service -> {
            addresses.add(address(service, ports(service, endpoint.port()), pods));
            siblings(service, endpoint.port(), services).stream()
                .map(sibling -> address(sibling.service(), sibling.ports(), pods))
                .forEach(addresses::add);
          });
    }
    addresses.addAll(aliases(endpoints, addresses, services));
    return new GovernedDatabase(
        name(database.getMetadata().getNamespace(), database.getMetadata().getName()),
        spec.database(),
        endpoints,
        addresses.stream().distinct().toList(),
        spec.adminSecretRef().name(),
        null);
  }

  private record Sibling(Service service, List<ServicePort> ports) {}

  private boolean isAt(Service service, Endpoint endpoint) {
    return ServiceHost.parse(endpoint.host(), clusterDomain)
            .filter(name(service)::equals)
            .isPresent()
        || clusterAddresses(service).anyMatch(endpoint.host()::equals);
  }

  /** The ports of a Service that lead where this port leads. */
  private static List<ServicePort> ports(Service service, int port) {
    List<ServicePort> all = service.getSpec().getPorts();
    Set<String> targets =
        all.stream()
            .filter(each -> each.getPort() == port)
            .map(DatabaseAddresses::target)
            .collect(Collectors.toSet());
    return all.stream().filter(each -> targets.contains(target(each))).toList();
  }

  /** Other Services of the namespace that choose among the same pods and lead to the same port. */
  private static List<Sibling> siblings(Service own, int port, List<Service> services) {
    Map<String, String> selector = selector(own);
    if (selector.isEmpty()) {
      return List.of();
    }
    Set<String> targets =
        ports(own, port).stream().map(DatabaseAddresses::target).collect(Collectors.toSet());
    return services.stream()
        .filter(
            each ->
                each.getMetadata().getNamespace().equals(own.getMetadata().getNamespace())
                    && !each.getMetadata().getName().equals(own.getMetadata().getName())
                    && selector(each).entrySet().containsAll(selector.entrySet()))
        .map(
            each ->
                new Sibling(
                    each,
                    each.getSpec().getPorts().stream()
                        .filter(its -> targets.contains(target(its)))
                        .toList()))
        .filter(sibling -> !sibling.ports().isEmpty())
        .toList();
  }

  private List<ServiceAddress> aliases(
      List<Endpoint> endpoints, List<ServiceAddress> known, List<Service> services) {
    Set<String> hosts = new HashSet<>();
    Set<ObjectName> names = new HashSet<>();
    Set<Integer> ports = new HashSet<>();
    endpoints.forEach(
        endpoint -> {
          hosts.add(normal(endpoint.host()));
          ports.add(endpoint.port());
        });
    known.forEach(
        each -> {
          names.add(each.name());
          ports.addAll(each.ports());
        });
    List<Service> others =
        services.stream()
            .filter(service -> "ExternalName".equals(service.getSpec().getType()))
            .collect(Collectors.toCollection(ArrayList::new));
    List<ServiceAddress> aliases = new ArrayList<>();
    // An alias may be the alias of another one.
    boolean found = true;
    while (found) {
      found = false;
      for (Service service : List.copyOf(others)) {
        String target = normal(service.getSpec().getExternalName());
        boolean leads =
            hosts.contains(target)
                || ServiceHost.parse(target, clusterDomain).filter(names::contains).isPresent();
        if (leads) {
          others.remove(service);
          names.add(name(service));
          aliases.add(new ServiceAddress(name(service), Map.of(), List.of(), ports));
          found = true;
        }
      }
    }
    return aliases;
  }

  private static ServiceAddress address(
      Service service, List<ServicePort> ports, PodAddresses pods) {
    ObjectName name = name(service);
    Set<Integer> numbers = new HashSet<>();
    for (ServicePort port : ports) {
      numbers.add(port.getPort());
      IntOrString target = port.getTargetPort();
      if (target != null && target.getIntVal() != null) {
        numbers.add(target.getIntVal());
      }
      numbers.addAll(pods.ports(name, Objects.requireNonNullElse(port.getName(), "")));
    }
    return new ServiceAddress(
        name,
        selector(service),
        Stream.concat(clusterAddresses(service), pods.addresses(name).stream()).distinct().toList(),
        numbers);
  }

  private static Stream<String> clusterAddresses(Service service) {
    return Stream.of(
            orEmpty(service.getSpec().getClusterIPs()), orEmpty(service.getSpec().getExternalIPs()))
        .flatMap(List::stream)
        .filter(address -> !address.isEmpty() && !address.equals("None"));
  }

  private static List<String> orEmpty(List<String> list) {
    return list == null ? List.of() : list;
  }

  private static Map<String, String> selector(Service service) {
    return Objects.requireNonNullElse(service.getSpec().getSelector(), Map.of());
  }

  private static String target(ServicePort port) {
    IntOrString target = port.getTargetPort();
    if (target == null || target.getValue() == null) {
      return String.valueOf(port.getPort());
    }
    return String.valueOf(target.getValue());
  }

  private static ObjectName name(Service service) {
    return name(service.getMetadata().getNamespace(), service.getMetadata().getName());
  }

  private static ObjectName name(String namespace, String name) {
    return new ObjectName(namespace, name);
  }

  private static String normal(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}

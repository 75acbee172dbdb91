package dev.sluice.policy.workload;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.policy.workload.GovernedDatabase.Endpoint;
import dev.sluice.policy.workload.GovernedDatabase.ServiceAddress;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds all addresses of the cluster under which a Database answers. */
public final class DatabaseAddresses {
  private final String clusterDomain;

  /**
   * For a cluster.
   *
   * @param clusterDomain its DNS domain, such as {@code cluster.local}
   */
  public DatabaseAddresses(String clusterDomain) {
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
  public GovernedDatabase of(Database database, List<Service> services, PodAddresses pods) {
    DatabaseSpec spec = database.getSpec();
    List<Endpoint> endpoints =
        spec.endpoints().stream()
            .map(each -> new Endpoint(each.host(), Objects.requireNonNullElse(each.port(), 5432)))
            .toList();
    List<ServiceAddress> addresses = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      services.stream()
          .filter(service -> isAt(service, endpoint))
          .forEach(
              service -> {
                List<ServicePort> ports = ports(service, endpoint.port());
                addresses.add(address(service, ports, pods));
                siblings(service, ports, services, pods).stream()
                    .map(sibling -> address(sibling.service(), sibling.ports(), pods))
                    .forEach(addresses::add);
              });
    }
    addresses.addAll(handMade(endpoints, addresses, services, pods));
    addresses.addAll(aliases(database, endpoints, addresses, services));
    return governed(database, endpoints, addresses);
  }

  private static GovernedDatabase governed(
      Database database, List<Endpoint> endpoints, List<ServiceAddress> addresses) {
    DatabaseSpec spec = database.getSpec();
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

  /** Other Services of the namespace that may lead to the same pods and the same port of them. */
  private static List<Sibling> siblings(
      Service own, List<ServicePort> ports, List<Service> services, PodAddresses pods) {
    return services.stream()
        .filter(
            each ->
                each.getMetadata().getNamespace().equals(own.getMetadata().getNamespace())
                    && !each.getMetadata().getName().equals(own.getMetadata().getName())
                    && haveSamePods(own, each, pods))
        .map(
            each ->
                new Sibling(
                    each,
                    each.getSpec().getPorts().stream()
                        .filter(
                            its ->
                                ports.stream()
                                    .anyMatch(port -> areSame(own, port, each, its, pods)))
                        .toList()))
        .filter(sibling -> !sibling.ports().isEmpty())
        .toList();
  }

  /**
   * Whether some pods are behind both: as far as pods are known, or as far as their selectors, of
   * which neither has to be a part of the other, do not exclude it.
   */
  private static boolean haveSamePods(Service one, Service other, PodAddresses pods) {
    Map<String, String> selector = selector(one);
    Map<String, String> its = selector(other);
    Set<String> common = new HashSet<>(selector.keySet());
    common.retainAll(its.keySet());
    boolean agree =
        common.stream().allMatch(key -> Objects.equals(selector.get(key), its.get(key)));
    return (!common.isEmpty() && agree)
        || !Collections.disjoint(pods.addresses(name(one)), pods.addresses(name(other)));
  }

  /** Whether two ports of Services lead to one port of a pod that is behind both. */
  private static boolean areSame(
      Service own, ServicePort port, Service other, ServicePort its, PodAddresses pods) {
    if (target(port).equals(target(its))) {
      return true;
    }
    Set<Integer> numbers = targets(own, port, pods);
    Set<Integer> others = targets(other, its, pods);
    // Until a pod tells what number a name stands for, it may be any number.
    boolean unknown = isNamed(port) != isNamed(its) && (numbers.isEmpty() || others.isEmpty());
    return unknown || !Collections.disjoint(numbers, others);
  }

  private static boolean isNamed(ServicePort port) {
    return port.getTargetPort() != null && port.getTargetPort().getStrVal() != null;
  }

  /** The ports of pods that a port of a Service leads to; empty where only their name is known. */
  private static Set<Integer> targets(Service service, ServicePort port, PodAddresses pods) {
    IntOrString target = port.getTargetPort();
    if (target == null || target.getValue() == null) {
      return Set.of(port.getPort());
    }
    return target.getIntVal() != null
        ? Set.of(target.getIntVal())
        : pods.ports(name(service), Objects.requireNonNullElse(port.getName(), ""));
  }

  /**
   * Services whose endpoints somebody wrote, and which may lead anywhere: those without a selector,
   * and others, since whoever may write a slice adds it to any Service.
   */
  private static List<ServiceAddress> handMade(
      List<Endpoint> endpoints,
      List<ServiceAddress> known,
      List<Service> services,
      PodAddresses pods) {
    Set<String> leading = new HashSet<>();
    Set<ObjectName> names = new HashSet<>();
    Set<Integer> numbers = new HashSet<>();
    endpoints.forEach(
        endpoint -> {
          leading.add(address(endpoint.host()));
          numbers.add(endpoint.port());
        });
    known.forEach(
        each -> {
          names.add(each.name());
          each.addresses().forEach(address -> leading.add(address(address)));
          numbers.addAll(each.ports());
        });
    List<ServiceAddress> all = new ArrayList<>();
    // What leads there may be led to in its turn.
    boolean found = true;
    while (found) {
      found = false;
      for (Service service : services) {
        if (isAlias(service) || names.contains(name(service))) {
          continue;
        }
        List<String> behind =
            pods.addresses(name(service)).stream()
                .filter(each -> leading.contains(address(each)))
                .toList();
        List<ServicePort> ports =
            behind.isEmpty()
                ? List.of()
                : orEmpty(service.getSpec().getPorts()).stream()
                    .filter(port -> !Collections.disjoint(numbers, reached(service, port, pods)))
                    .toList();
        if (!ports.isEmpty()) {
          ServiceAddress made = handMade(service, ports, behind, pods);
          all.add(made);
          names.add(made.name());
          made.addresses().forEach(address -> leading.add(address(address)));
          numbers.addAll(made.ports());
          found = true;
        }
      }
    }
    return all;
  }

  /** Pods that its selector finds beside what somebody wrote are none of the database's. */
  private static ServiceAddress handMade(
      Service service, List<ServicePort> ports, List<String> behind, PodAddresses pods) {
    ServiceAddress address = address(service, ports, pods);
    return new ServiceAddress(
        address.name(),
        Map.of(),
        Stream.concat(clusterAddresses(service), behind.stream()).distinct().toList(),
        address.ports(),
        address.nodePorts());
  }

  /** The ports behind a port of a Service; what the endpoints say counts before what it says. */
  private static Set<Integer> reached(Service service, ServicePort port, PodAddresses pods) {
    Set<Integer> behind = pods.ports(name(service), Objects.requireNonNullElse(port.getName(), ""));
    return behind.isEmpty() ? targets(service, port, pods) : behind;
  }

  private static String address(String host) {
    return IpLiteral.canonical(host).orElseGet(() -> normal(host));
  }

  private List<ServiceAddress> aliases(
      Database database,
      List<Endpoint> endpoints,
      List<ServiceAddress> known,
      List<Service> services) {
    Set<Integer> ports = new HashSet<>();
    endpoints.forEach(endpoint -> ports.add(endpoint.port()));
    known.forEach(each -> ports.addAll(each.ports()));
    List<Service> others =
        services.stream()
            .filter(DatabaseAddresses::isAlias)
            .collect(Collectors.toCollection(ArrayList::new));
    List<ServiceAddress> aliases = new ArrayList<>();
    // An alias may be the alias of another one.
    boolean found = !others.isEmpty();
    while (found) {
      found = false;
      List<ServiceAddress> all = Stream.concat(known.stream(), aliases.stream()).toList();
      AddressBook book =
          new AddressBook(
              List.of(governed(database, endpoints, all)), "", List.of(), clusterDomain);
      for (Service service : List.copyOf(others)) {
        if (!book.at(service.getSpec().getExternalName()).isEmpty()) {
          others.remove(service);
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
      numbers.addAll(targets(service, port, pods));
      numbers.addAll(pods.ports(name, Objects.requireNonNullElse(port.getName(), "")));
    }
    return new ServiceAddress(
        name,
        selector(service),
        Stream.concat(clusterAddresses(service), pods.addresses(name).stream()).distinct().toList(),
        numbers,
        ports.stream()
            .map(ServicePort::getNodePort)
            .filter(port -> port != null && port > 0)
            .collect(Collectors.toSet()));
  }

  private static Stream<String> clusterAddresses(Service service) {
    return Stream.of(
            // In a file it stands alone; the API server has it among the others.
            Stream.ofNullable(service.getSpec().getClusterIP()),
            orEmpty(service.getSpec().getClusterIPs()).stream(),
            orEmpty(service.getSpec().getExternalIPs()).stream(),
            loadBalancers(service))
        .flatMap(addresses -> addresses)
        .filter(address -> !address.isEmpty() && !address.equals("None"))
        .distinct();
  }

  private static Stream<String> loadBalancers(Service service) {
    if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
      return Stream.empty();
    }
    List<LoadBalancerIngress> ingress = service.getStatus().getLoadBalancer().getIngress();
    return ingress == null
        ? Stream.empty()
        : ingress.stream()
            .flatMap(each -> Stream.of(each.getIp(), each.getHostname()))
            .filter(Objects::nonNull);
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static Map<String, String> selector(Service service) {
    // The cluster pays no attention to the selector of another name.
    return isAlias(service)
        ? Map.of()
        : Objects.requireNonNullElse(service.getSpec().getSelector(), Map.of());
  }

  private static boolean isAlias(Service service) {
    return "ExternalName".equals(service.getSpec().getType());
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

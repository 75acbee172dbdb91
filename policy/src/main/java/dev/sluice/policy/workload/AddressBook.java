package dev.sluice.policy.workload;

import dev.sluice.policy.workload.GovernedDatabase.ServiceAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every name and address under which the pods of one namespace reach governed databases. */
final class AddressBook {
  /** How far a spelling speaks for itself. */
  enum Clarity {
    /** A single word or number, which may be anything: it counts where a host is expected. */
    WORD,
    /**
     * Two labels, such as {@code orders-db.databases}: it counts unless something else is meant.
     */
    PAIR,
    /** It can be nothing but this address. */
    PLAIN
  }

  /**
   * A database behind an address.
   *
   * @param database the database
   * @param ports the ports under which it answers there; empty: any
   * @param clarity how far the spelling speaks for itself
   */
  record Entry(GovernedDatabase database, Set<Integer> ports, Clarity clarity) {
    private Entry as(Clarity other) {
      return new Entry(database, ports, other);
    }
  }

  private static final Pattern SERVICE_RECORD =
      Pattern.compile("_?[a-z0-9-]+\\._(?:tcp|udp)\\.(.+)");

  private final Map<String, List<Entry>> hosts = new LinkedHashMap<>();
  private final Map<String, List<Entry>> services = new LinkedHashMap<>();
  private final Map<String, List<Entry>> addresses = new LinkedHashMap<>();
  private final List<String> searches;

  /**
   * The book of a namespace.
   *
   * @param databases the databases that are looked for
   * @param namespace the namespace of the pods
   * @param searches further domains that the pods' resolver tries (dnsConfig.searches)
   * @param clusterDomain the cluster's DNS domain
   */
  AddressBook(
      Collection<GovernedDatabase> databases,
      String namespace,
      Collection<String> searches,
      String clusterDomain) {
    this.searches =
        searches.stream().map(ServiceHost::normal).filter(each -> !each.isEmpty()).toList();
    for (GovernedDatabase database : databases) {
      for (GovernedDatabase.Endpoint endpoint : database.endpoints()) {
        Set<Integer> ports = Set.of(endpoint.port());
        IpLiteral.canonical(endpoint.host())
            .ifPresentOrElse(
                address -> add(addresses, address, new Entry(database, ports, Clarity.PLAIN)),
                () -> {
                  host(database, ports, ServiceHost.normal(endpoint.host()));
                  boolean known =
                      ServiceHost.parse(endpoint.host(), clusterDomain)
                          .filter(
                              name ->
                                  database.services().stream()
                                      .anyMatch(service -> service.name().equals(name)))
                          .isPresent();
                  if (!known) {
                    ServiceHost.parse(endpoint.host(), clusterDomain)
                        .ifPresent(
                            name -> service(database, ports, name, namespace, clusterDomain));
                  }
                });
      }
      for (ServiceAddress service : database.services()) {
        service(database, service.ports(), service.name(), namespace, clusterDomain);
        for (String address : service.addresses()) {
          address(database, service, address, clusterDomain);
        }
      }
    }
  }

  /**
   * The databases at an address.
   *
   * @param spelled a host name or an IP address as it stands in a text
   */
  List<Entry> at(String spelled) {
    String host = ServiceHost.normal(spelled);
    // A service record: _postgres._tcp.orders-db.databases.svc.
    if (host.contains("._")) {
      Matcher record = SERVICE_RECORD.matcher(host);
      if (record.matches()) {
        host = record.group(1);
      }
    }
    List<Entry> found = atHost(host);
    // The resolver tries the further domains of the pod behind each name.
    for (int search = 0; found.isEmpty() && search < searches.size(); search++) {
      found =
          atName(host + "." + searches.get(search)).stream()
              .map(entry -> entry.as(Clarity.WORD))
              .toList();
    }
    return found;
  }

  private List<Entry> atHost(String host) {
    List<Entry> found = atName(host);
    if (!found.isEmpty()) {
      return found;
    }
    Optional<String> address = IpLiteral.canonical(host);
    if (address.isEmpty()) {
      return AddressNames.address(host)
          .map(named -> addresses.getOrDefault(named, List.of()))
          .orElse(List.of());
    }
    found = addresses.getOrDefault(address.get(), List.of());
    if (found.isEmpty()) {
      found =
          IpLiteral.padded(host)
              .map(padded -> addresses.getOrDefault(padded, List.of()))
              .orElse(List.of());
    }
    return isUsual(host) ? found : found.stream().map(entry -> entry.as(Clarity.WORD)).toList();
  }

  private List<Entry> atName(String host) {
    List<Entry> found = services.getOrDefault(host, hosts.getOrDefault(host, List.of()));
    if (!found.isEmpty()) {
      return found;
    }
    int dot = host.indexOf('.');
    if (dot > 0) {
      // A pod behind a headless Service: orders-db-0.orders-db.databases.svc.
      List<Entry> parent = services.getOrDefault(host.substring(dot + 1), List.of());
      if (!parent.isEmpty()) {
        return parent.stream()
            .map(entry -> entry.as(entry.clarity() == Clarity.WORD ? Clarity.PAIR : Clarity.PLAIN))
            .toList();
      }
    }
    return List.of();
  }

  /** Whether there is nothing to look for. */
  boolean isEmpty() {
    return hosts.isEmpty() && services.isEmpty() && addresses.isEmpty();
  }

  /** An address in its usual form, and not as one number. */
  private static boolean isUsual(String text) {
    return text.indexOf(':') >= 0 || text.chars().filter(each -> each == '.').count() == 3;
  }

  private void host(GovernedDatabase database, Set<Integer> ports, String host) {
    long dots = host.chars().filter(each -> each == '.').count();
    add(hosts, host, new Entry(database, ports, dots == 0 ? Clarity.WORD : Clarity.PLAIN));
  }

  private void service(
      GovernedDatabase database,
      Set<Integer> ports,
      ObjectName name,
      String namespace,
      String clusterDomain) {
    for (String each : ServiceHost.names(name, clusterDomain)) {
      Clarity clarity = each.endsWith("." + name.namespace()) ? Clarity.PAIR : Clarity.PLAIN;
      add(services, each, new Entry(database, ports, clarity));
    }
    if (name.namespace().equals(namespace)) {
      add(services, name.name(), new Entry(database, ports, Clarity.WORD));
    }
  }

  private void address(
      GovernedDatabase database, ServiceAddress service, String text, String clusterDomain) {
    Entry entry = new Entry(database, service.ports(), Clarity.PLAIN);
    IpLiteral.canonical(text)
        .ifPresentOrElse(
            address -> {
              add(addresses, address, entry);
              String pod =
                  "%s.%s.pod"
                      .formatted(
                          address.replace('.', '-').replace(':', '-'), service.name().namespace());
              add(hosts, pod, entry);
              add(hosts, pod + "." + ServiceHost.normal(clusterDomain), entry);
            },
            () -> host(database, service.ports(), ServiceHost.normal(text)));
  }

  private static void add(Map<String, List<Entry>> map, String key, Entry entry) {
    map.computeIfAbsent(key, _ -> new ArrayList<>()).add(entry);
  }
}

package dev.sluice.policy.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds a host that is spread over two variables which the application puts together: the Service
 * in one, its namespace or domain in the other.
 */
final class SplitHosts {
  private SplitHosts() {}

  /**
   * A host in two variables.
   *
   * @param service the variable with the Service's name
   * @param domain the variable with the rest
   * @param database the database behind it
   */
  record Split(String service, String domain, GovernedDatabase database) {}

  /** All hosts that are spread over two variables. */
  static List<Split> of(
      List<Variable> variables, List<GovernedDatabase> databases, String clusterDomain) {
    List<Split> splits = new ArrayList<>();
    for (GovernedDatabase database : databases) {
      Set<ObjectName> services = new java.util.LinkedHashSet<>();
      database.services().forEach(service -> services.add(service.name()));
      database
          .endpoints()
          .forEach(
              endpoint ->
                  ServiceHost.parse(endpoint.host(), clusterDomain).ifPresent(services::add));
      services.stream()
          .flatMap(service -> of(variables, database, service, clusterDomain).stream())
          .findFirst()
          .ifPresent(splits::add);
    }
    return splits;
  }

  private static List<Split> of(
      List<Variable> variables,
      GovernedDatabase database,
      ObjectName service,
      String clusterDomain) {
    List<Variable> hosts =
        variables.stream()
            .filter(variable -> normal(variable).equals(service.name()))
            .filter(variable -> isHostPart(variable.name()))
            .toList();
    List<Variable> domains =
        variables.stream().filter(variable -> isDomain(variable, service, clusterDomain)).toList();
    return hosts.isEmpty() || domains.isEmpty()
        ? List.of()
        : List.of(new Split(hosts.getFirst().name(), domains.getFirst().name(), database));
  }

  private static boolean isHostPart(String name) {
    return KeyWords.isHost(name)
        || KeyWords.isDatabaseCredential(name)
        || name.toLowerCase(java.util.Locale.ROOT)
            .matches(".*(service|svc|db|database)([_-]?name)?");
  }

  private static boolean isDomain(Variable variable, ObjectName service, String clusterDomain) {
    String value = normal(variable);
    if (value.equals(service.namespace())) {
      return KeyWords.isDomain(variable.name());
    }
    return value.equals(service.namespace() + ".svc")
        || value.equals(service.namespace() + ".svc." + ServiceHost.normal(clusterDomain));
  }

  private static String normal(Variable variable) {
    String value = ServiceHost.normal(variable.value().strip());
    return value.startsWith(".") ? value.substring(1) : value;
  }
}

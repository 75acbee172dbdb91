package dev.sluice.policy.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a host that is spread over two variables which the application puts together: the Service
 * in one, its namespace or domain in the other.
 */
final class SplitHosts {
  private static final Pattern SERVICE_NAME =
      Pattern.compile(".*(service|svc|db|database)([_-]?name)?");

  private final List<Named> databases = new ArrayList<>();
  private final String clusterDomain;

  /** The Services of a database, by the cluster and by its endpoints. */
  private record Named(
      GovernedDatabase database, Set<ObjectName> services, List<String> otherHosts) {}

  /**
   * Looks for some databases.
   *
   * @param databases the databases
   * @param clusterDomain the cluster's DNS domain
   */
  SplitHosts(List<GovernedDatabase> databases, String clusterDomain) {
    this.clusterDomain = ServiceHost.normal(clusterDomain);
    for (GovernedDatabase database : databases) {
      Set<ObjectName> services = new LinkedHashSet<>();
      database.services().forEach(service -> services.add(service.name()));
      database
          .endpoints()
          .forEach(
              endpoint ->
                  ServiceHost.parse(endpoint.host(), clusterDomain).ifPresent(services::add));
      List<String> otherHosts =
          database.endpoints().stream()
              .map(endpoint -> ServiceHost.normal(endpoint.host()))
              .filter(host -> IpLiteral.canonical(host).isEmpty())
              .filter(host -> ServiceHost.parse(host, clusterDomain).isEmpty())
              .toList();
      this.databases.add(new Named(database, services, otherHosts));
    }
  }

  /**
   * A host in two variables.
   *
   * @param service the variable with the Service's name
   * @param domain the variable with the rest
   * @param database the database behind it
   */
  record Split(String service, String domain, GovernedDatabase database) {}

  /** A variable, and where it stands among the others. */
  private record Placed(int place, Variable variable) {}

  /** All hosts that are spread over two of these variables. */
  List<Split> in(List<Variable> variables) {
    Map<String, List<Placed>> byValue = new HashMap<>();
    for (int place = 0; place < variables.size(); place++) {
      byValue
          .computeIfAbsent(normal(variables.get(place)), _ -> new ArrayList<>(1))
          .add(new Placed(place, variables.get(place)));
    }
    List<Split> splits = new ArrayList<>();
    for (Named named : databases) {
      for (ObjectName service : named.services()) {
        Variable host = host(byValue.getOrDefault(service.name(), List.of()));
        Variable domain = host == null ? null : domain(byValue, service.namespace());
        if (host != null && domain != null) {
          splits.add(new Split(host.name(), domain.name(), named.database()));
          break;
        }
      }
      for (String host : named.otherHosts()) {
        split(host, byValue, named.database()).ifPresent(splits::add);
      }
    }
    return splits;
  }

  /** A name outside of the cluster, cut at one of its dots. */
  private static Optional<Split> split(
      String host, Map<String, List<Placed>> byValue, GovernedDatabase database) {
    for (int dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
      List<Placed> first = byValue.getOrDefault(host.substring(0, dot), List.of());
      List<Placed> rest = byValue.getOrDefault(host.substring(dot + 1), List.of());
      if (!first.isEmpty() && !rest.isEmpty()) {
        return Optional.of(
            new Split(
                first.getFirst().variable().name(), rest.getFirst().variable().name(), database));
      }
    }
    return Optional.empty();
  }

  private static @Nullable Variable host(List<Placed> candidates) {
    for (Placed each : candidates) {
      if (isHostPart(each.variable().name())) {
        return each.variable();
      }
    }
    return null;
  }

  /** The first of those with the namespace or with a domain of it. */
  private @Nullable Variable domain(Map<String, List<Placed>> byValue, String namespace) {
    Placed first = null;
    for (String value :
        List.of(namespace, namespace + ".svc", namespace + ".svc." + clusterDomain)) {
      for (Placed each : byValue.getOrDefault(value, List.of())) {
        boolean meant = !value.equals(namespace) || KeyWords.isDomain(each.variable().name());
        if (meant && (first == null || each.place() < first.place())) {
          first = each;
        }
      }
    }
    return first == null ? null : first.variable();
  }

  private static boolean isHostPart(String name) {
    return KeyWords.isHost(name)
        || KeyWords.isDatabaseCredential(name)
        || SERVICE_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  private static String normal(Variable variable) {
    String value = ServiceHost.normal(variable.value().strip());
    return value.startsWith(".") ? value.substring(1) : value;
  }
}

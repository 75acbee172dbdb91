package dev.sluice.policy.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
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

  /** Keys with their values, and options with theirs. */
  private static final Pattern KEY_AND_VALUE =
      Pattern.compile(
          "(?<![\\w.-])([A-Za-z-][A-Za-z0-9_.-]{0,63})[\"']?(?:[ \\t]*[:=][ \\t]*|[ \\t\\u000b]+)"
              + "[\"']?([A-Za-z0-9.-]{1,253})[\"']?(?=[\\s,;&|)}\\]\\u000b]|$)");

  private static final Pattern PORT =
      Pattern.compile("(?i)port[\"']?\\s*[:=\\u000b ]\\s*[\"']?(\\d{1,5})(?!\\d)");

  private static final Pattern SERVICE_KEY =
      Pattern.compile("(?i)(?:.*[_.-])?(?:service|svc)(?:[_.-]?name)?|.*Service(?:Name)?");

  /** Whether a text may hold the two parts of a host under keys. */
  static boolean mayBeIn(String text) {
    return text.contains("amespace") || text.contains("omain") || text.contains(".svc");
  }

  /**
   * All hosts that are spread over two keys of a text, or over one and a variable.
   *
   * @param text a file or a command
   * @param variables the container's variables
   */
  List<Split> in(String text, List<Variable> variables) {
    List<Variable> all = new ArrayList<>();
    for (Matcher each = KEY_AND_VALUE.matcher(text); each.find(); ) {
      all.add(new Variable(each.group(1), each.group(2), "", false));
      // An option's value may be the next option's name.
      each.region(each.start(2), text.length());
    }
    Set<String> own = new HashSet<>(all.stream().map(Variable::name).toList());
    all.addAll(variables);
    return in(all).stream()
        .filter(split -> own.contains(split.service()) || own.contains(split.domain()))
        .filter(split -> !own.contains(split.service()) || isServiceKey(split.service()))
        .filter(split -> isReached(text, split.database()))
        .toList();
  }

  private static boolean isServiceKey(String key) {
    return KeyWords.isHost(key) || SERVICE_KEY.matcher(key).matches();
  }

  /** Other ports of the same Service are other things. */
  private static boolean isReached(String text, GovernedDatabase database) {
    Set<Integer> ports = new HashSet<>();
    database.endpoints().forEach(endpoint -> ports.add(endpoint.port()));
    database.services().forEach(service -> ports.addAll(service.ports()));
    boolean any = false;
    for (Matcher port = PORT.matcher(text); port.find(); any = true) {
      if (ports.contains(Integer.valueOf(port.group(1)))) {
        return true;
      }
    }
    return !any;
  }

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

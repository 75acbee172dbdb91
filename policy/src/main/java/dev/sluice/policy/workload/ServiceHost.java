package dev.sluice.policy.workload;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How the cluster's DNS spells a Service. */
public final class ServiceHost {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

  /** Under which several clusters find each other's Services, their own among them. */
  private static final String CLUSTER_SET = ".svc.clusterset.local";

  private ServiceHost() {}

  /**
   * Reads the host of a Database's endpoint as a Service, whether or not there is one.
   *
   * @param host a host name, such as {@code orders-db.databases.svc}
   * @param clusterDomain the cluster's DNS domain
   * @return the Service; empty where no spelling of a Service reads so
   */
  public static Optional<ObjectName> parse(String host, String clusterDomain) {
    String name = normal(host);
    if (name.endsWith(".svc." + normal(clusterDomain))) {
      name = name.substring(0, name.length() - normal(clusterDomain).length() - 1);
    } else if (name.endsWith(CLUSTER_SET)) {
      name = name.substring(0, name.length() - CLUSTER_SET.length()) + ".svc";
    }
    boolean service = name.endsWith(".svc");
    if (service) {
      name = name.substring(0, name.length() - ".svc".length());
    }
    List<String> labels = List.of(name.split("\\.", -1));
    boolean plausible = service ? labels.size() == 2 || labels.size() == 3 : labels.size() == 2;
    if (!plausible || !labels.stream().allMatch(label -> LABEL.matcher(label).matches())) {
      return Optional.empty();
    }
    return Optional.of(new ObjectName(labels.getLast(), labels.get(labels.size() - 2)));
  }

  /** All names of a Service but the short one, which depends on who asks. */
  static Set<String> names(ObjectName service, String clusterDomain) {
    String two = service.name() + "." + service.namespace();
    Set<String> names = new LinkedHashSet<>();
    names.add(two);
    names.add(two + ".svc");
    names.add(two + ".svc." + normal(clusterDomain));
    names.add(two + CLUSTER_SET);
    return names;
  }

  /** A host name in lower case without the dot at its end. */
  static String normal(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    while (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    return name;
  }
}

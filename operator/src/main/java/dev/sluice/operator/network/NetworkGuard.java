package dev.sluice.operator.network;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec.Endpoint;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a NetworkPolicy in front of each Service with a selector that an endpoint of a Database
 * names. For a server elsewhere there is nothing to keep.
 */
public final class NetworkGuard {
  /** Annotation of a Database: {@code "false"} leaves its network alone. */
  public static final String ANNOTATION = "sluice.dev/network-policy";

  private static final String OWNER = "sluice.dev/database";
  private static final int LONGEST_NAME = 253;
  private static final Logger LOG = LoggerFactory.getLogger(NetworkGuard.class);
  private static final Pattern SERVICE =
      Pattern.compile("([a-z0-9-]+)\\.([a-z0-9-]+)(\\.svc(\\.[a-z0-9.-]+)?)?");

  private final KubernetesClient client;
  private final String controlNamespace;
  private final boolean enabled;

  /** By Database, the policies beside which there is none of its: nothing is looked for twice. */
  private final Map<String, Set<ObjectKey>> alone = new ConcurrentHashMap<>();

  /**
   * A guard.
   *
   * @param client may get Services and write NetworkPolicies where Databases are
   * @param controlNamespace the control plane's own namespace
   * @param enabled whether NetworkPolicies are made at all
   */
  public NetworkGuard(KubernetesClient client, String controlNamespace, boolean enabled) {
    this.client = client;
    this.controlNamespace = controlNamespace;
    this.enabled = enabled;
  }

  /**
   * Brings the NetworkPolicies of a Database to what they should be.
   *
   * @param database the Database
   * @param accessNamespaces the namespaces with an access to it
   * @return what stands in the way, for a person; empty: nothing
   */
  public Optional<String> guard(Database database, Collection<String> accessNamespaces) {
    if (!isWanted(database)) {
      remove(database);
      return Optional.empty();
    }
    String problem = null;
    Set<ObjectKey> kept = new HashSet<>();
    for (Endpoint endpoint : database.getSpec().endpoints()) {
      Matcher address = SERVICE.matcher(endpoint.host());
      if (address.matches()) {
        // Kept even where the Service is away for now: the wall then stays as it was.
        kept.add(policy(database, address));
        String found = guard(database, endpoint, address, accessNamespaces);
        problem = problem == null ? found : problem;
      }
    }
    removeAllBut(database, kept);
    return Optional.ofNullable(problem);
  }

  /**
   * Takes the NetworkPolicies of a Database away.
   *
   * @param database the Database
   */
  public void remove(Database database) {
    removeAllBut(database, Set.of());
  }

  private record ObjectKey(String namespace, String name) {}

  /** Looks everywhere: an endpoint may have named a Service of another namespace before. */
  private void removeAllBut(Database database, Set<ObjectKey> kept) {
    String owner = owner(database);
    if (kept.equals(alone.get(owner))) {
      return;
    }
    try {
      var ours =
          client
              .network()
              .v1()
              .networkPolicies()
              .inAnyNamespace()
              .withLabel(DatabaseWall.MANAGED_BY, DatabaseWall.SLUICE)
              .list();
      for (NetworkPolicy stored : ours.getItems()) {
        ObjectMeta metadata = stored.getMetadata();
        Map<String, String> annotations = metadata.getAnnotations();
        boolean its = annotations != null && owner.equals(annotations.get(OWNER));
        if (its && !kept.contains(new ObjectKey(metadata.getNamespace(), metadata.getName()))) {
          client.resource(stored).delete();
          LOG.info("networkPolicy={}/{} removed", metadata.getNamespace(), metadata.getName());
        }
      }
      alone.put(owner, Set.copyOf(kept));
    } catch (KubernetesClientException refused) {
      LOG.info("database={} networkPolicies not removed: status={}", owner, refused.getCode());
    }
  }

  private @Nullable String guard(
      Database database, Endpoint endpoint, Matcher address, Collection<String> accessNamespaces) {
    String namespace = address.group(2);
    try {
      Service service = client.services().inNamespace(namespace).withName(address.group(1)).get();
      Map<String, String> selector =
          service == null || service.getSpec() == null ? null : service.getSpec().getSelector();
      if (service == null || selector == null || selector.isEmpty()) {
        return null;
      }
      Integer port = podPort(service, Objects.requireNonNullElse(endpoint.port(), 5432));
      if (port == null) {
        return ("Service %s/%s has no numeric target port for %d, so no NetworkPolicy keeps other"
                + " pods away. Give the Service a numeric targetPort.")
            .formatted(namespace, address.group(1), endpoint.port());
      }
      NetworkPolicy wanted =
          DatabaseWall.of(
              namespace,
              policy(database, address).name(),
              selector,
              port,
              accessNamespaces,
              controlNamespace);
      wanted.getMetadata().setAnnotations(Map.of(OWNER, owner(database)));
      apply(wanted);
      return null;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw refused;
      }
      return ("The operator may not keep a NetworkPolicy in namespace %1$s, so pods without a gate"
              + " can reach the server. Add %1$s to the chart's value databaseNamespaces, or"
              + " annotate the Database with %2$s: \"false\".")
          .formatted(namespace, ANNOTATION);
    }
  }

  private void apply(NetworkPolicy wanted) {
    NetworkPolicy stored = client.resource(wanted).get();
    if (stored != null && Objects.equals(stored.getSpec(), wanted.getSpec())) {
      return;
    }
    client.resource(wanted).fieldManager("sluice-operator").forceConflicts().serverSideApply();
    LOG.info(
        "networkPolicy={}/{} applied",
        wanted.getMetadata().getNamespace(),
        wanted.getMetadata().getName());
  }

  private boolean isWanted(Database database) {
    Map<String, String> annotations = database.getMetadata().getAnnotations();
    return enabled && !(annotations != null && "false".equals(annotations.get(ANNOTATION)));
  }

  private static @Nullable Integer podPort(Service service, int port) {
    List<ServicePort> ports = service.getSpec().getPorts();
    for (ServicePort each : ports == null ? List.<ServicePort>of() : ports) {
      if (each.getPort() != null && each.getPort() == port) {
        IntOrString target = each.getTargetPort();
        return target == null ? Integer.valueOf(port) : target.getIntVal();
      }
    }
    return null;
  }

  private static String owner(Database database) {
    return database.getMetadata().getNamespace() + "/" + database.getMetadata().getName();
  }

  /** One for each Database and Service: Databases that share a Service each let their own in. */
  private static ObjectKey policy(Database database, Matcher service) {
    // Only the last part may hold dots, so that no two names are alike.
    String name =
        "sluice.%s.%s.%s"
            .formatted(
                database.getMetadata().getNamespace(),
                service.group(1),
                database.getMetadata().getName());
    if (name.length() > LONGEST_NAME) {
      String hash = Integer.toHexString(name.hashCode());
      name = name.substring(0, LONGEST_NAME - hash.length() - 1) + "." + hash;
    }
    return new ObjectKey(service.group(2), name);
  }
}

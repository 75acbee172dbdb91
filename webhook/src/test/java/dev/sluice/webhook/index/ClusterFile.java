package dev.sluice.webhook.index;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.policy.workload.Content;
import dev.sluice.policy.workload.DatabaseAddresses;
import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.policy.workload.GrantedAccess;
import dev.sluice.policy.workload.SlicedPods;
import dev.sluice.policy.workload.WorkloadContext;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** A cluster as files of resources tell it; later files replace objects of earlier ones. */
public final class ClusterFile {
  /** The day on which all cases happen. */
  public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final String DOMAIN = "cluster.local";

  private final Map<String, HasMetadata> objects = new TreeMap<>();

  /**
   * Reads files of resources.
   *
   * @param serialization reads them
   * @param files the files; those that do not exist are left out
   */
  public ClusterFile(KubernetesSerialization serialization, Path... files) {
    serialization.registerKubernetesResource(Database.class);
    serialization.registerKubernetesResource(DatabaseAccess.class);
    serialization.registerKubernetesResource(EnforcementPolicy.class);
    for (Path file : files) {
      if (!Files.exists(file)) {
        continue;
      }
      try {
        for (String document : Files.readString(file).split("(?m)^---$", -1)) {
          HasMetadata object = serialization.unmarshal(document);
          objects.put(key(object), object);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * The context of a namespace.
   *
   * @param namespace the namespace
   */
  public WorkloadContext context(String namespace) {
    List<Service> services = all(Service.class);
    SlicedPods pods =
        new SlicedPods(
            each ->
                all(EndpointSlice.class).stream()
                    .filter(slice -> slice.getMetadata().getNamespace().equals(each))
                    .toList());
    return new WorkloadContext(
        all(Database.class).stream()
            .map(database -> new DatabaseAddresses(DOMAIN).of(database, services, pods))
            .toList(),
        all(DatabaseAccess.class).stream()
            .filter(access -> access.getMetadata().getNamespace().equals(namespace))
            .map(GrantedAccess::of)
            .toList(),
        all(EnforcementPolicy.class).stream().map(Enforcement::of).toList(),
        all(Namespace.class).stream()
            .filter(each -> each.getMetadata().getName().equals(namespace))
            .findFirst()
            .map(each -> each.getMetadata().getLabels())
            .orElse(Map.of()),
        Set.of("kube-system", "sluice-system"),
        DOMAIN,
        new GateSettings(
            "registry.example/sluice/gate:1",
            "IfNotPresent",
            "https://sluice-operator.sluice-system.svc:8443",
            new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity("10m"))
                .addToRequests("memory", new Quantity("48Mi"))
                .addToLimits("memory", new Quantity("128Mi"))
                .build(),
            "64Mi"),
        NOW);
  }

  /** The contents of the ConfigMaps of a namespace with these names. */
  public Map<String, Content> configMaps(String namespace, Set<String> names) {
    return contents(names, all(ConfigMap.class), namespace, Content::of);
  }

  /** The contents of the Secrets of a namespace with these names. */
  public Map<String, Content> secrets(String namespace, Set<String> names) {
    return contents(names, all(Secret.class), namespace, Content::of);
  }

  private static <T extends HasMetadata> Map<String, Content> contents(
      Set<String> names, List<T> objects, String namespace, Function<T, Content> content) {
    Map<String, Content> contents = new HashMap<>();
    names.forEach(name -> contents.put(name, new Content.NotRead(Content.Reason.ABSENT)));
    objects.stream()
        .filter(each -> each.getMetadata().getNamespace().equals(namespace))
        .filter(each -> names.contains(each.getMetadata().getName()))
        .forEach(each -> contents.put(each.getMetadata().getName(), content.apply(each)));
    return contents;
  }

  private <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.values().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static String key(HasMetadata object) {
    return "%s %s/%s"
        .formatted(
            object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }
}

package dev.sluice.cluster;

import dev.sluice.policy.workload.Content;
import dev.sluice.policy.workload.References;
import dev.sluice.policy.workload.WorkloadContext;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ConfigMaps and Secrets that a pod refers to, where the settings say so and the answer
 * can matter. Nothing of it is kept, unless for one round over many pods.
 */
public final class ReferencedContents {
  private static final long MOST_REMEMBERED = 8L << 20;

  private final KubernetesClient client;
  private final ClusterSettings settings;

  /** What was read in this round, by kind, namespace and name. */
  private final @Nullable Map<String, Content> memory;

  private final AtomicLong remembered = new AtomicLong();

  /**
   * A reader.
   *
   * @param client may read ConfigMaps and Secrets where their contents are wanted
   * @param settings says where that is
   */
  public ReferencedContents(KubernetesClient client, ClusterSettings settings) {
    this(client, settings, null);
  }

  private ReferencedContents(
      KubernetesClient client, ClusterSettings settings, @Nullable Map<String, Content> memory) {
    this.client = client;
    this.settings = settings;
    this.memory = memory;
  }

  /**
   * One for a round over many pods, which reads what they share once. It keeps a bounded part of it
   * for as long as it is used itself.
   */
  public ReferencedContents remembering() {
    return new ReferencedContents(client, settings, new ConcurrentHashMap<>());
  }

  /**
   * The contents by name.
   *
   * @param configMaps those of the ConfigMaps
   * @param secrets those of the Secrets
   */
  public record Contents(Map<String, Content> configMaps, Map<String, Content> secrets) {}

  /**
   * Reads what a pod refers to.
   *
   * @param namespace its namespace
   * @param spec the pod
   * @param context tells whether anything is enforced there
   */
  public Contents of(String namespace, PodSpec spec, WorkloadContext context) {
    References references = References.of(spec);
    boolean enforced =
        !context.databases().isEmpty()
            && context.enforcements().stream()
                .anyMatch(each -> each.selects(context.namespaceLabels()));
    if (!enforced || context.exemptNamespaces().contains(namespace)) {
      return unread(references, Content.Reason.NOT_WANTED);
    }
    return switch (settings.scan(namespace)) {
      case OFF -> unread(references, Content.Reason.NOT_WANTED);
      case REFERENCES -> unread(references, Content.Reason.NAMES_ONLY);
      case CONTENT ->
          new Contents(
              all(references.configMaps(), name -> configMap(namespace, name)),
              all(references.secrets(), name -> secret(namespace, name)));
    };
  }

  private static Contents unread(References references, Content.Reason reason) {
    Function<Set<String>, Map<String, Content>> all =
        names ->
            names.stream()
                .collect(Collectors.toMap(name -> name, _ -> new Content.NotRead(reason)));
    return new Contents(all.apply(references.configMaps()), all.apply(references.secrets()));
  }

  /** The API server waits for the answer, so that all are read at the same time. */
  private static Map<String, Content> all(Set<String> names, Function<String, Content> read) {
    Map<String, Future<Content>> futures = new HashMap<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      names.forEach(name -> futures.put(name, executor.submit(() -> read.apply(name))));
    }
    Map<String, Content> contents = new HashMap<>();
    futures.forEach((name, future) -> contents.put(name, future.resultNow()));
    return contents;
  }

  private Content configMap(String namespace, String name) {
    return remembered(
        "ConfigMap " + namespace + "/" + name,
        () -> client.configMaps().inNamespace(namespace).withName(name).get(),
        (ConfigMap found) -> Content.of(found));
  }

  private Content secret(String namespace, String name) {
    return remembered(
        "Secret " + namespace + "/" + name,
        () -> client.secrets().inNamespace(namespace).withName(name).get(),
        (Secret found) -> Content.of(found));
  }

  private <T> Content remembered(
      String key, Supplier<@Nullable T> get, Function<T, Content> content) {
    if (memory == null) {
      return read(get, content);
    }
    Content known = memory.get(key);
    if (known != null) {
      return known;
    }
    Content found = read(get, content);
    if (found instanceof Content.Known holds) {
      long size =
          holds.data().entrySet().stream()
              .mapToLong(each -> each.getKey().length() + each.getValue().length())
              .sum();
      if (remembered.addAndGet(size) > MOST_REMEMBERED) {
        memory.clear();
        remembered.set(size);
      }
    }
    memory.put(key, found);
    return found;
  }

  private static <T> Content read(Supplier<@Nullable T> get, Function<T, Content> content) {
    try {
      T found = get.get();
      return found == null ? new Content.NotRead(Content.Reason.ABSENT) : content.apply(found);
    } catch (KubernetesClientException e) {
      return new Content.NotRead(
          e.getCode() == 403 ? Content.Reason.FORBIDDEN : Content.Reason.UNAVAILABLE);
    }
  }
}

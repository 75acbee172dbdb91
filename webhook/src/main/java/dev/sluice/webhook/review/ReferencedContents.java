package dev.sluice.webhook.review;

import dev.sluice.policy.workload.Content;
import dev.sluice.policy.workload.LabelSelection;
import dev.sluice.policy.workload.References;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.webhook.WebhookSettings;
import dev.sluice.webhook.WebhookSettings.CredentialScan;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ConfigMaps and Secrets that a pod refers to, where the settings say so and the answer
 * can matter. Nothing of it is kept.
 */
@ApplicationScoped
class ReferencedContents {
  private final KubernetesClient client;
  private final WebhookSettings settings;

  ReferencedContents(KubernetesClient client, WebhookSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /**
   * The contents by name.
   *
   * @param configMaps those of the ConfigMaps
   * @param secrets those of the Secrets
   */
  record Contents(Map<String, Content> configMaps, Map<String, Content> secrets) {}

  /**
   * Reads what a pod refers to.
   *
   * @param namespace its namespace
   * @param spec the pod
   * @param context tells whether anything is enforced there
   */
  Contents of(String namespace, PodSpec spec, WorkloadContext context) {
    References references = References.of(spec);
    boolean enforced =
        !context.databases().isEmpty()
            && context.enforcements().stream()
                .anyMatch(
                    each ->
                        LabelSelection.selects(
                            Objects.requireNonNullElseGet(
                                each.spec().namespaces(), LabelSelector::new),
                            context.namespaceLabels()));
    if (!enforced || context.exemptNamespaces().contains(namespace)) {
      return unread(references, Content.Reason.NOT_WANTED);
    }
    return switch (scan(namespace)) {
      case OFF -> unread(references, Content.Reason.NOT_WANTED);
      case REFERENCES -> unread(references, Content.Reason.NAMES_ONLY);
      case CONTENT ->
          new Contents(
              all(references.configMaps(), name -> configMap(namespace, name)),
              all(references.secrets(), name -> secret(namespace, name)));
    };
  }

  private CredentialScan scan(String namespace) {
    boolean readable =
        settings.scanNamespaces().map(names -> names.contains(namespace)).orElse(true);
    return settings.credentialScan() == CredentialScan.CONTENT && !readable
        ? CredentialScan.REFERENCES
        : settings.credentialScan();
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
    return read(
        () -> client.configMaps().inNamespace(namespace).withName(name).get(),
        (ConfigMap found) -> Content.of(found));
  }

  private Content secret(String namespace, String name) {
    return read(
        () -> client.secrets().inNamespace(namespace).withName(name).get(),
        (Secret found) -> Content.of(found));
  }

  private static <T> Content read(
      java.util.function.Supplier<@Nullable T> get, Function<T, Content> content) {
    try {
      T found = get.get();
      return found == null ? new Content.NotRead(Content.Reason.ABSENT) : content.apply(found);
    } catch (KubernetesClientException e) {
      return new Content.NotRead(
          e.getCode() == 403 ? Content.Reason.FORBIDDEN : Content.Reason.UNAVAILABLE);
    }
  }
}

package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cli.Failure;
import dev.sluice.cli.Surroundings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.model.annotation.Plural;
import java.io.File;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cluster that a kubeconfig names. Whatever it refuses is told in sentences. */
public final class Cluster implements AutoCloseable {
  private final KubernetesClient client;
  private final String namespace;

  private Cluster(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Opens it, which asks it nothing yet.
   *
   * @param options which cluster
   * @param surroundings where the kubeconfig is looked for
   * @throws Failure where there is no kubeconfig, or none such context
   */
  static Cluster open(ClusterOptions options, Surroundings surroundings) {
    List<File> files = kubeconfigs(options.kubeconfig, surroundings);
    List<NamedContext> contexts = new ArrayList<>();
    Config config = Config.empty();
    try {
      List<io.fabric8.kubernetes.api.model.Config> parsed =
          files.stream().map(KubeConfigUtils::parseConfig).toList();
      parsed.forEach(each -> contexts.addAll(each.getContexts()));
      KubeConfigUtils.merge(
          config, options.context, parsed.toArray(io.fabric8.kubernetes.api.model.Config[]::new));
    } catch (RuntimeException e) {
      throw Failure.usage(
          "%s cannot be read: %s"
              .formatted(files.size() == 1 ? files.getFirst() : files, message(e)));
    }
    List<String> names = contexts.stream().map(NamedContext::getName).distinct().toList();
    if (options.context != null && !names.contains(options.context)) {
      throw Failure.usage(
          "there is no context %s in %s; there are: %s"
              .formatted(options.context, files.getFirst(), String.join(", ", names)));
    }
    if (config.getCurrentContext() == null) {
      throw Failure.usage(
          "%s has no current context. Say --context, or set one: kubectl config use-context"
              .formatted(files.getFirst()));
    }
    Config patient =
        new ConfigBuilder(config)
            .withRequestRetryBackoffLimit(1)
            .withConnectionTimeout(10_000)
            .build();
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withHttpClientFactory(new JdkHttpClientFactory())
            .withKubernetesSerialization(tolerant())
            .withConfig(patient)
            .build();
    return new Cluster(
        client,
        Objects.requireNonNullElseGet(
            options.namespace, () -> Objects.requireNonNullElse(config.getNamespace(), "default")));
  }

  /** The cluster may be newer than this program, and its resources have more fields. */
  private static KubernetesSerialization tolerant() {
    return new KubernetesSerialization(
        JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build(),
        true);
  }

  private static List<File> kubeconfigs(@Nullable String given, Surroundings surroundings) {
    if (given != null) {
      Path file = surroundings.path(given);
      if (!Files.isRegularFile(file)) {
        throw Failure.usage("there is no file " + given);
      }
      return List.of(file.toFile());
    }
    String variable = surroundings.environment().getOrDefault("KUBECONFIG", "");
    List<Path> candidates =
        variable.isBlank()
            ? List.of(
                Path.of(surroundings.environment().getOrDefault("HOME", "/"), ".kube", "config"))
            : Arrays.stream(variable.split(File.pathSeparator, -1))
                .filter(each -> !each.isBlank())
                .map(surroundings::path)
                .toList();
    List<File> files = candidates.stream().filter(Files::isRegularFile).map(Path::toFile).toList();
    if (files.isEmpty()) {
      throw Failure.usage(
          "there is no kubeconfig at %s. Say --kubeconfig, or set KUBECONFIG; to work with files"
                  .formatted(candidates.isEmpty() ? variable : candidates.getFirst())
              + " alone, say --resources where the command has it");
    }
    return files;
  }

  /** The namespace of the command: what {@code -n} says, else the context's. */
  public String namespace() {
    return namespace;
  }

  /** The client, for what this class has no words for. */
  public KubernetesClient client() {
    return client;
  }

  /**
   * Asks for an object.
   *
   * @param type its kind
   * @param namespace its namespace; null for a kind that has none
   * @param name its name
   * @return it; empty: there is none of the name
   * @throws Failure where the cluster does not answer, or does not permit it
   */
  public <T extends HasMetadata> Optional<T> find(
      Class<T> type, @Nullable String namespace, String name) {
    return asked(
        "get",
        plural(type),
        namespace,
        () ->
            Optional.ofNullable(
                namespace == null
                    ? client.resources(type).withName(name).get()
                    : client.resources(type).inNamespace(namespace).withName(name).get()));
  }

  /**
   * Asks for an object that has to be there.
   *
   * @param type its kind
   * @param namespace its namespace
   * @param name its name
   * @throws Failure where there is none of the name, telling which there are
   */
  public <T extends HasMetadata> T get(Class<T> type, String namespace, String name) {
    return find(type, namespace, name)
        .orElseThrow(
            () ->
                missing(
                    type.getSimpleName(),
                    namespace,
                    name,
                    () -> client.resources(type).inNamespace(namespace).list().getItems()));
  }

  /**
   * What is said of an object of the namespace that is not there.
   *
   * @param kind its kind
   * @param namespace its namespace
   * @param name its name
   * @param others asks for those that are there
   */
  public static Failure missing(
      String kind,
      String namespace,
      String name,
      Supplier<? extends List<? extends HasMetadata>> others) {
    String there;
    try {
      List<String> names =
          others.get().stream().map(each -> each.getMetadata().getName()).sorted().toList();
      there =
          names.isEmpty()
              ? "there is none in that namespace: say another one with -n"
              : "there are: " + String.join(", ", names);
    } catch (KubernetesClientException _) {
      there = "check the name and the namespace (-n)";
    }
    return Failure.failed("%s %s/%s does not exist; %s".formatted(kind, namespace, name, there));
  }

  /**
   * Asks for all objects of a kind.
   *
   * @param type the kind
   * @param namespace of which namespace; null: of all
   * @throws Failure where the cluster does not answer, or does not permit it
   */
  public <T extends HasMetadata> List<T> list(Class<T> type, @Nullable String namespace) {
    return asked(
        "list",
        plural(type),
        namespace,
        () ->
            namespace == null
                ? client.resources(type).inAnyNamespace().list().getItems()
                : client.resources(type).inNamespace(namespace).list().getItems());
  }

  /**
   * Asks the cluster.
   *
   * @param verb what is asked, as RBAC calls it
   * @param plural of which kind
   * @param namespace in which namespace; null: in all
   * @param question asks
   * @throws Failure where the cluster does not answer, or does not permit it
   */
  public <T> T asked(String verb, String plural, @Nullable String namespace, Supplier<T> question) {
    try {
      return question.get();
    } catch (KubernetesClientException e) {
      throw failure(e, verb, plural, namespace);
    }
  }

  /**
   * What is said of an answer that was no success.
   *
   * @param e the answer
   * @param verb what was asked, as RBAC calls it
   * @param plural of which kind
   * @param namespace in which namespace; null: in all
   */
  public Failure failure(
      KubernetesClientException e, String verb, String plural, @Nullable String namespace) {
    String where = namespace == null ? "in the cluster" : "in namespace " + namespace;
    // What came from no server has no code of one.
    return switch (Math.max(0, e.getCode())) {
      case 401 ->
          Failure.failed(
              "the API server at %s does not take your credentials: log in anew"
                  .formatted(client.getMasterUrl()));
      case 403 ->
          Failure.failed(
              "you may not %s %s %s. Ask who administers the cluster for it, or see: kubectl auth can-i %s %s %s"
                  .formatted(
                      verb,
                      plural,
                      where,
                      verb,
                      plural,
                      namespace == null ? "--all-namespaces" : "-n " + namespace));
      case 404 ->
          Failure.failed(
              "the cluster at %s has no %s: is Sluice installed in it?"
                  .formatted(client.getMasterUrl(), plural));
      case 0 ->
          Failure.failed(
              "the API server at %s does not answer: %s"
                  .formatted(client.getMasterUrl(), message(e)));
      default -> Failure.failed("%s %s: %s".formatted(verb, plural, serverMessage(e)));
    };
  }

  /** What the API server says of a refusal. */
  public static String serverMessage(KubernetesClientException e) {
    return e.getStatus() == null || e.getStatus().getMessage() == null
        ? message(e)
        : e.getStatus().getMessage();
  }

  /** The last thing that is said in a chain of causes, on one line. */
  private static String message(Throwable thrown) {
    String said = thrown.getClass().getSimpleName();
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
        return "its name is not known";
      }
      if (each instanceof ConnectException && each.getMessage() == null) {
        return "nothing listens there";
      }
      if (each.getMessage() != null && !each.getMessage().isBlank()) {
        said = each.getMessage();
      }
    }
    return said.replaceAll("\\s+", " ").strip();
  }

  private static String plural(Class<? extends HasMetadata> type) {
    Plural own = type.getAnnotation(Plural.class);
    String group = HasMetadata.getGroup(type);
    String plural =
        own == null ? HasMetadata.getPlural(type).toLowerCase(Locale.ROOT) : own.value();
    return group == null || group.isEmpty() ? plural : plural + "." + group;
  }

  @Override
  public void close() {
    client.close();
  }
}

package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The variables of one container, resolved as the kubelet does. */
final class ContainerEnvironment {
  private final Workload workload;
  private final String container;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, String> serviceVariables;
  private final List<Reference> unread = new ArrayList<>();

  private ContainerEnvironment(
      Workload workload, String container, Map<String, String> serviceVariables) {
    this.workload = workload;
    this.container = container;
    this.serviceVariables = serviceVariables;
  }

  /**
   * Resolves the variables of a container.
   *
   * @param workload the workload
   * @param container the container
   * @param serviceVariables the variables that the kubelet makes of Services
   */
  static ContainerEnvironment of(
      Workload workload, Container container, Map<String, String> serviceVariables) {
    ContainerEnvironment environment =
        new ContainerEnvironment(workload, container.getName(), serviceVariables);
    container.getEnvFrom().forEach(environment::addAll);
    container.getEnv().forEach(environment::add);
    return environment;
  }

  /** The variables that containers of the database's namespace get for its Services. */
  static Map<String, String> serviceVariables(Workload workload, WorkloadContext context) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (Boolean.FALSE.equals(workload.pod().spec().getEnableServiceLinks())) {
      return variables;
    }
    context.databases().stream()
        .flatMap(database -> database.services().stream())
        .filter(service -> service.name().namespace().equals(workload.namespace()))
        .filter(service -> !service.addresses().isEmpty())
        .forEach(service -> addService(service, variables));
    return variables;
  }

  /** As the kubelet names them, and as Docker did, which it still does beside. */
  private static void addService(
      GovernedDatabase.ServiceAddress service, Map<String, String> variables) {
    String name = service.name().name().toUpperCase(Locale.ROOT).replace('-', '_');
    String address = service.addresses().getFirst();
    variables.put(name + "_SERVICE_HOST", address);
    for (int port : service.ports()) {
      String url = "tcp://%s:%d".formatted(address, port);
      variables.putIfAbsent(name + "_PORT", url);
      variables.put("%s_PORT_%d_TCP".formatted(name, port), url);
      variables.put("%s_PORT_%d_TCP_ADDR".formatted(name, port), address);
    }
  }

  /** All variables whose values are known. */
  List<Variable> variables() {
    return List.copyOf(variables.values());
  }

  /** What could not be read. */
  List<Reference> unread() {
    return List.copyOf(unread);
  }

  /** The value of a variable, where it is known. */
  Optional<String> value(String name) {
    Variable variable = variables.get(name);
    return variable == null
        ? Optional.ofNullable(serviceVariables.get(name))
        : Optional.of(variable.value());
  }

  /** A text with all references to variables resolved, as kubelet and programs do. */
  String resolve(String text) {
    return Placeholders.program(Placeholders.kubelet(text, this::value), this::value);
  }

  /**
   * The same of a command.
   *
   * @param text the command
   * @param positional what it has as $0, $1 and so on
   */
  String resolve(String text, List<String> positional) {
    String resolved = Placeholders.kubelet(text, this::value);
    return positional.isEmpty()
        ? Placeholders.program(resolved, this::value)
        : Placeholders.program(
            resolved, name -> Placeholders.positional(name, positional).or(() -> value(name)));
  }

  /** Whether a text refers to a variable whose value is of a Secret. */
  boolean refersToSecret(String text) {
    // Most texts refer to nothing.
    return text.indexOf('$') >= 0
        && variables.values().stream()
            .filter(Variable::secret)
            .map(Variable::name)
            .anyMatch(
                name ->
                    text.contains("$(" + name + ")")
                        || text.contains("${" + name)
                        || text.contains("$" + name));
  }

  private void addAll(EnvFromSource source) {
    String prefix = source.getPrefix() == null ? "" : source.getPrefix();
    if (source.getConfigMapRef() != null) {
      addAll(
          prefix,
          false,
          source.getConfigMapRef().getName(),
          source.getConfigMapRef().getOptional());
    }
    if (source.getSecretRef() != null) {
      addAll(prefix, true, source.getSecretRef().getName(), source.getSecretRef().getOptional());
    }
  }

  private void addAll(String prefix, boolean secret, String name, @Nullable Boolean optional) {
    switch (content(secret, name)) {
      case Content.Known known ->
          // In the order of the keys, so that findings do not change their places.
          known.data().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .forEach(
                  entry ->
                      put(
                          prefix + entry.getKey(),
                          entry.getValue(),
                          origin(secret, name, entry.getKey()),
                          secret));
      case Content.NotRead(Content.Reason reason) ->
          unread.add(
              new Reference(
                  container,
                  "envFrom",
                  secret,
                  name,
                  List.of(),
                  Boolean.TRUE.equals(optional),
                  reason));
    }
  }

  private void add(EnvVar variable) {
    String name = variable.getName();
    if (variable.getValueFrom() != null) {
      addFrom(name, variable.getValueFrom());
      return;
    }
    String text = variable.getValue() == null ? "" : variable.getValue();
    // Only variables that stand before it are known to the kubelet.
    boolean secret = refersToSecret(text);
    String value = Placeholders.program(Placeholders.kubelet(text, this::value), this::value);
    put(name, value, "", secret);
  }

  private void addFrom(String name, EnvVarSource source) {
    if (source.getConfigMapKeyRef() != null) {
      var reference = source.getConfigMapKeyRef();
      addKey(name, false, reference.getName(), reference.getKey(), reference.getOptional());
    } else if (source.getSecretKeyRef() != null) {
      var reference = source.getSecretKeyRef();
      addKey(name, true, reference.getName(), reference.getKey(), reference.getOptional());
    } else if (source.getFieldRef() != null) {
      String path = source.getFieldRef().getFieldPath();
      PodFields.value(workload, path)
          .ifPresent(value -> put(name, value, " (field " + path + ")", false));
    }
  }

  private void addKey(
      String name, boolean secret, String object, String key, @Nullable Boolean optional) {
    switch (content(secret, object)) {
      case Content.Known known -> {
        String value = known.data().get(key);
        if (value != null) {
          put(name, value, origin(secret, object, key), secret);
        }
      }
      case Content.NotRead(Content.Reason reason) ->
          unread.add(
              new Reference(
                  container,
                  "variable " + name,
                  secret,
                  object,
                  List.of(key),
                  Boolean.TRUE.equals(optional),
                  reason));
    }
  }

  private Content content(boolean secret, String name) {
    Content content = (secret ? workload.secrets() : workload.configMaps()).get(name);
    return content == null ? new Content.NotRead(Content.Reason.NOT_WANTED) : content;
  }

  private void put(String name, String value, String origin, boolean secret) {
    variables.put(name, new Variable(name, value, origin, secret));
  }

  private static String origin(boolean secret, String name, String key) {
    return " (key \"%s\" of %s \"%s\")".formatted(key, secret ? "Secret" : "ConfigMap", name);
  }
}

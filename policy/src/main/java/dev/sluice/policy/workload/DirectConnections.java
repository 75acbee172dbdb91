package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.policy.Code;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ExecAction;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds where a workload names the address of a governed database. */
final class DirectConnections {
  /** Stands between the elements of a command: white space that no element holds. */
  private static final String BETWEEN = "\u000b";

  /** Behind the place of a check: what it tells whom it asks. */
  private static final String REQUEST = " (request)";

  private static final Pattern SHELL = Pattern.compile("(?:.*/)?(?:ba|da|a|k|z)?sh");

  /** With it a shell runs the text that follows. */
  private static final Pattern SHELL_OPTION = Pattern.compile("-[a-z]*c");

  /** What a command says about the port of a client. */
  private static final Pattern PORT_OPTION = Pattern.compile("(?:^|\\s)(?:-p\\s*|--port[=\\s])\\d");

  private final Workload workload;
  private final WorkloadContext context;
  private final List<GovernedDatabase> foreign;
  private final AddressSearch search;
  private final SplitHosts splitHosts;
  private final NodePorts nodePorts;
  private final Remedies remedies;
  private final List<Finding> findings = new ArrayList<>();

  private DirectConnections(Workload workload, WorkloadContext context) {
    this.workload = workload;
    this.context = context;
    this.foreign = context.databases().stream().filter(database -> !isServedBy(database)).toList();
    PodDNSConfig resolver = workload.pod().spec().getDnsConfig();
    AddressBooks books =
        AddressBooks.of(
            foreign,
            workload.namespace(),
            resolver == null ? List.of() : resolver.getSearches(),
            context.clusterDomain());
    this.search = new AddressSearch(books.book());
    this.splitHosts = books.splitHosts();
    this.nodePorts = books.nodePorts();
    this.remedies = new Remedies(workload, context);
  }

  /**
   * The findings.
   *
   * @param workload the workload
   * @param context the cluster
   */
  static List<Finding> findings(Workload workload, WorkloadContext context) {
    DirectConnections connections = new DirectConnections(workload, context);
    if (!connections.foreign.isEmpty()) {
      connections.find();
    }
    return connections.findings;
  }

  /**
   * The database's own pods: those that the Service chooses which an endpoint names. Another
   * Service that leads to the database may be anybody's, and so may what its selector says.
   */
  private boolean isServedBy(GovernedDatabase database) {
    for (GovernedDatabase.ServiceAddress service : database.services()) {
      // Most are in other namespaces.
      if (service.name().namespace().equals(workload.namespace())
          && isSelectedBy(service)
          && isEndpoint(service.name(), database)) {
        return true;
      }
    }
    return false;
  }

  private boolean isEndpoint(ObjectName service, GovernedDatabase database) {
    return database.endpoints().stream()
        .flatMap(endpoint -> ServiceHost.parse(endpoint.host(), context.clusterDomain()).stream())
        .anyMatch(service::equals);
  }

  private boolean isSelectedBy(GovernedDatabase.ServiceAddress service) {
    return !service.selector().isEmpty()
        && workload.pod().labels().entrySet().containsAll(service.selector().entrySet());
  }

  private void find() {
    Map<String, String> services = ContainerEnvironment.serviceVariables(workload, context);
    workload
        .pod()
        .spec()
        .getHostAliases()
        .forEach(alias -> addresses(null, "hostAliases", alias.getIp(), "host", null, false));
    annotations();
    for (PodContainer each : PodContainer.of(workload.pod().spec())) {
      if (each.isGate()) {
        continue;
      }
      Container container = each.container();
      ContainerEnvironment environment = ContainerEnvironment.of(workload, container, services);
      variables(container, environment);
      List<String> words = new ArrayList<>(container.getCommand());
      words.addAll(container.getArgs());
      command(container, environment, "", words, container.getCommand().size());
      programs(container)
          .forEach((place, program) -> command(container, environment, place, program, 0));
      checks(container)
          .forEach(
              (place, address) ->
                  addresses(
                      container.getName(),
                      place,
                      address,
                      place.endsWith(REQUEST) ? "" : "host",
                      null,
                      false));
      List<Reference> unread = new ArrayList<>(environment.unread());
      MountedFiles mounted = MountedFiles.of(workload, container);
      for (MountedFiles.File file : mounted.files()) {
        String text = environment.resolve(file.text());
        addresses(
            container.getName(),
            file.place(),
            text,
            file.name(),
            file.besidePort(),
            file.secret() || environment.refersToSecret(file.text()));
        splits(container, file.place(), text, environment);
      }
      List<Variable> files = mounted.variables();
      (files.size() < 2 ? List.<SplitHosts.Split>of() : splitHosts.in(files))
          .forEach(
              split ->
                  add(
                      container.getName(),
                      "files %s and %s".formatted(split.service(), split.domain()),
                      split.database(),
                      "together name an address of Database " + split.database().name()));
      unread.addAll(mounted.unread());
      unread.stream()
          .flatMap(reference -> UncheckedContents.finding(reference).stream())
          .filter(finding -> !findings.contains(finding))
          .forEach(findings::add);
      AdministratorLogins.of(workload, container, foreign)
          .forEach(
              login ->
                  add(
                      container.getName(),
                      login.place(),
                      login.database(),
                      "is the administrator's Secret of Database " + login.database().name()));
    }
  }

  /** Annotations that injectors and agents make configuration of. */
  private void annotations() {
    new TreeMap<>(workload.pod().annotations())
        .forEach(
            (key, value) -> {
              if (KeyWords.isConfiguration(key)) {
                addresses(null, "annotation " + key, value, key, null, false);
              }
            });
  }

  private void variables(Container container, ContainerEnvironment environment) {
    for (Variable variable : environment.variables()) {
      addresses(
          container.getName(),
          variable.place(),
          environment.resolve(variable.value()),
          variable.name(),
          besidePort(container, variable, environment),
          variable.secret() || environment.refersToSecret(variable.value()));
    }
    splitHosts
        .in(environment.variables())
        .forEach(
            split ->
                add(
                    container.getName(),
                    "variables " + split.service() + " and " + split.domain(),
                    split.database(),
                    "together name an address of Database " + split.database().name()));
  }

  /** The port beside a host, unless the command has a client take another one. */
  private static @Nullable Integer besidePort(
      Container container, Variable variable, ContainerEnvironment environment) {
    Integer port = PortVariables.besideVariable(variable.name(), environment::value).orElse(null);
    boolean another =
        port != null
            && variable.name().startsWith("PG")
            && PORT_OPTION
                .matcher(
                    String.join(BETWEEN, container.getCommand())
                        + BETWEEN
                        + String.join(BETWEEN, container.getArgs()))
                .find();
    return another ? null : port;
  }

  /** Programs that run in a container beside its command. */
  private static Map<String, List<String>> programs(Container container) {
    Map<String, List<String>> programs = new LinkedHashMap<>();
    exec("startupProbe", container.getStartupProbe()).forEach(programs::put);
    exec("readinessProbe", container.getReadinessProbe()).forEach(programs::put);
    exec("livenessProbe", container.getLivenessProbe()).forEach(programs::put);
    if (container.getLifecycle() != null) {
      exec("lifecycle.postStart", container.getLifecycle().getPostStart()).forEach(programs::put);
      exec("lifecycle.preStop", container.getLifecycle().getPreStop()).forEach(programs::put);
    }
    return programs;
  }

  /** Addresses that the kubelet connects to for a container. */
  private static Map<String, String> checks(Container container) {
    Map<String, String> checks = new LinkedHashMap<>();
    check(checks, "startupProbe", container.getStartupProbe());
    check(checks, "readinessProbe", container.getReadinessProbe());
    check(checks, "livenessProbe", container.getLivenessProbe());
    if (container.getLifecycle() != null) {
      check(checks, "lifecycle.postStart", container.getLifecycle().getPostStart());
      check(checks, "lifecycle.preStop", container.getLifecycle().getPreStop());
    }
    return checks;
  }

  private static void check(Map<String, String> checks, String place, @Nullable Probe probe) {
    if (probe != null) {
      check(checks, place, probe.getTcpSocket(), probe.getHttpGet());
    }
  }

  private static void check(
      Map<String, String> checks, String place, @Nullable LifecycleHandler handler) {
    if (handler != null) {
      check(checks, place, handler.getTcpSocket(), handler.getHttpGet());
    }
  }

  private static void check(
      Map<String, String> checks,
      String place,
      @Nullable TCPSocketAction socket,
      @Nullable HTTPGetAction request) {
    if (socket != null && socket.getHost() != null) {
      checks.put(place, address(socket.getHost(), socket.getPort()));
    }
    if (request != null) {
      if (request.getHost() != null) {
        checks.put(place, address(request.getHost(), request.getPort()));
      }
      // Whom it asks may connect to what it is told.
      List<String> told = new ArrayList<>();
      told.add(Objects.requireNonNullElse(request.getPath(), ""));
      request
          .getHttpHeaders()
          .forEach(header -> told.add(header.getName() + ": " + header.getValue()));
      checks.put(place + REQUEST, String.join("\n", told));
    }
  }

  private static String address(String host, @Nullable IntOrString port) {
    return port == null || port.getIntVal() == null ? host : host + ":" + port.getIntVal();
  }

  private static Map<String, List<String>> exec(String place, @Nullable Probe probe) {
    return exec(place, probe == null ? null : probe.getExec());
  }

  private static Map<String, List<String>> exec(String place, @Nullable LifecycleHandler handler) {
    return exec(place, handler == null ? null : handler.getExec());
  }

  private static Map<String, List<String>> exec(String place, @Nullable ExecAction exec) {
    return exec == null ? Map.of() : Map.of(place, exec.getCommand());
  }

  private void command(
      Container container,
      ContainerEnvironment environment,
      String place,
      List<String> words,
      int commands) {
    if (words.isEmpty()) {
      return;
    }
    String text = String.join(BETWEEN, words);
    String resolved = environment.resolve(text, positional(words));
    Found found = find(resolved, "", null, true);
    if (found.matches().isEmpty() && text.contains(":=")) {
      // A shell's default that is kept: the name in front of it says what it is.
      found = find(text, "", null, false);
    }
    for (AddressSearch.Match match : found.matches()) {
      String exact = place.isEmpty() ? word(found.text(), match.start(), commands) : place;
      named(container.getName(), exact, match, environment.refersToSecret(text));
    }
    nodePorts
        .in("", resolved)
        .ifPresent(
            database ->
                nodePort(
                    container.getName(),
                    place.isEmpty() ? word(text, -1, commands) : place,
                    database));
    splits(
        container, place.isEmpty() ? word(resolved, -1, commands) : place, resolved, environment);
    PortForwards.in(resolved, workload.namespace(), foreign)
        .forEach(
            database ->
                add(
                    container.getName(),
                    place.isEmpty() ? word(resolved, -1, commands) : place,
                    database,
                    "forwards a port of Database %s to the pod".formatted(database.name())));
  }

  /** A host whose parts stand under two keys of a text, or under one and in a variable. */
  private void splits(
      Container container, String place, String text, ContainerEnvironment environment) {
    if (SplitHosts.mayBeIn(text)) {
      splitHosts
          .in(text, environment.variables())
          .forEach(
              split ->
                  add(
                      container.getName(),
                      place,
                      split.database(),
                      "names an address of Database %s in the parts %s and %s"
                          .formatted(split.database().name(), split.service(), split.domain())));
    }
  }

  /** What a shell's text has as $0, $1 and so on: the elements behind it. */
  private static List<String> positional(List<String> words) {
    if (!SHELL.matcher(words.getFirst()).matches()) {
      return List.of();
    }
    for (int word = 1; word + 2 < words.size(); word++) {
      if (SHELL_OPTION.matcher(words.get(word)).matches()) {
        return words.subList(word + 2, words.size());
      }
    }
    return List.of();
  }

  /**
   * What was found.
   *
   * @param text the text in which it was found
   * @param matches the addresses
   */
  private record Found(String text, List<AddressSearch.Match> matches) {}

  /**
   * Looks in a text as it stands, then as a shell or a program puts it together.
   *
   * @param command whether it is a command
   */
  private Found find(String text, String key, @Nullable Integer besidePort, boolean command) {
    Found found = new Found(text, search.find(text, key, besidePort));
    boolean commented = Comments.mayBeIn(text);
    if (!found.matches().isEmpty() && commented) {
      String read = Comments.without(text);
      found = new Found(read, search.find(read, key, besidePort));
    }
    if (found.matches().isEmpty() && (command || JoinedTexts.mayBeIn(text))) {
      String read = commented ? Comments.without(text) : text;
      List<String> others = new ArrayList<>(JoinedTexts.in(read));
      if (command) {
        others.addAll(ComputedTexts.in(read));
      }
      for (int other = 0; found.matches().isEmpty() && other < others.size(); other++) {
        found = new Found(others.get(other), search.find(others.get(other), key, besidePort));
      }
    }
    return found;
  }

  /** Which element of command and args stands at a position. */
  private static String word(String text, int start, int commands) {
    if (start < 0) {
      return commands > 0 ? "command" : "args";
    }
    int word = (int) text.substring(0, start).chars().filter(each -> each == 0x0b).count();
    return word < commands ? "command[%d]".formatted(word) : "args[%d]".formatted(word - commands);
  }

  private void addresses(
      @Nullable String container,
      String place,
      String text,
      String key,
      @Nullable Integer besidePort,
      boolean secret) {
    find(text, key, besidePort, false)
        .matches()
        .forEach(match -> named(container, place, match, secret));
    nodePorts.in(key, text).ifPresent(database -> nodePort(container, place, database));
  }

  private void nodePort(@Nullable String container, String place, GovernedDatabase database) {
    add(
        container,
        place,
        database,
        "names a port of the nodes that leads to Database " + database.name());
  }

  private void named(
      @Nullable String container, String place, AddressSearch.Match match, boolean secret) {
    String reason =
        secret
            ? "holds an address of Database " + match.database().name()
            : "names %s, an address of Database %s"
                .formatted(match.spelled(), match.database().name());
    add(container, place, match.database(), reason);
  }

  private void add(
      @Nullable String container, String place, GovernedDatabase database, String reason) {
    findings.add(
        new Finding(
            Code.DIRECT_CONNECTION,
            FindingType.DirectConnection,
            "",
            container,
            place,
            database.name(),
            reason,
            remedies.insteadOf(database)));
  }
}

package dev.sluice.stories.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.stories.stage.Command.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An app team: a namespace with a DatabaseAccess named {@code orders} and a Deployment {@code
 * console}, a pod with psql. Namespace {@code shop} is the demo's, with all its applications.
 */
public final class Team implements AutoCloseable {
  private static final AtomicReference<@Nullable Team> SHOP = new AtomicReference<>();

  private final String namespace;

  private Team(String namespace) {
    this.namespace = namespace;
  }

  /** The demo's team, made with the first call and left for the others. */
  public static synchronized Team shop() {
    var there = SHOP.get();
    if (there != null) {
      return there;
    }
    var team = new Team("shop");
    applyShop();
    Kubectl.run(
            Kubectl.words(
                "-n shop rollout status deployment/shop-api deployment/console --timeout=3m"))
        .required();
    SHOP.set(team);
    return team;
  }

  /** Applies the demo's resources and applications, whether or not these can work. */
  public static void applyShop() {
    governed();
    Kubectl.run("-n", "shop", "delete", "job", "sales-report", "--ignore-not-found").required();
    Kubectl.run("apply", "-k", "e2e/demo/apps").required();
  }

  /** What the demo's Python job printed, once it has ended well. */
  public static String salesReport() {
    shop();
    Kubectl.await("condition=Complete", "job/sales-report", "-n", "shop");
    return Kubectl.run("-n", "shop", "logs", "job/sales-report", "-c", "report")
        .required()
        .output();
  }

  /** Applies the four resources of the demo and waits until they are ready. */
  public static void governed() {
    Kubectl.applyFile("e2e/demo/");
    Kubectl.await("condition=Ready", Kubectl.words("database/orders -n databases"));
    Kubectl.await("condition=Ready", Kubectl.words("databaseaccess/orders -n shop"));
  }

  /**
   * A team of one story's own, with the demo's access.
   *
   * @param name the namespace
   */
  public static Team newTeam(String name) {
    return newTeam(name, read("e2e/demo/apps/console.yaml"));
  }

  /**
   * A team of one story's own, with the demo's access and Unix sockets in the console's pod.
   *
   * @param name the namespace
   */
  public static Team newTeamWithSockets(String name) {
    var labels = "      labels:\n        app: console\n";
    return newTeam(
        name,
        read("e2e/demo/apps/console.yaml")
            .replace(labels, "      annotations: {sluice.dev/socket: \"true\"}\n" + labels));
  }

  private static Team newTeam(String name, String console) {
    governed();
    var team = withoutAccess(name);
    Kubectl.apply(team.access());
    Kubectl.await("condition=Ready", "databaseaccess/orders", "-n", name);
    team.startConsole(console);
    return team;
  }

  /**
   * A team of one story's own, with a namespace and service accounts and nothing more.
   *
   * @param name the namespace
   */
  public static Team withoutAccess(String name) {
    Kubectl.run("delete", "namespace", name, "--ignore-not-found", "--timeout=2m").required();
    Kubectl.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %1$s
          labels: {tier: shop, pod-security.kubernetes.io/enforce: restricted}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: shop-api, namespace: %1$s}
        ---
        # As the chart makes it for each of webhook.scanNamespaces.
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: sluice-webhook-content, namespace: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sluice-webhook-content}
        subjects: [{kind: ServiceAccount, name: sluice-webhook, namespace: sluice-system}]
        """
            .formatted(name));
    return new Team(name);
  }

  /** Its namespace. */
  public String namespace() {
    return namespace;
  }

  /** The demo's DatabaseAccess, in this namespace. */
  public String access() {
    return read("e2e/demo/database-access.yaml")
        .replace("namespace: shop", "namespace: " + namespace);
  }

  /** Starts the pod with psql. */
  public void startConsole() {
    startConsole(read("e2e/demo/apps/console.yaml"));
  }

  /** Has the pod with psql made, whether or not it can be. */
  public void applyConsole() {
    applyConsole(read("e2e/demo/apps/console.yaml"));
  }

  private void applyConsole(String manifest) {
    Kubectl.with(manifest, "-n", namespace, "apply", "-f", "-").required();
  }

  private void startConsole(String manifest) {
    applyConsole(manifest);
    Kubectl.run("-n", namespace, "rollout", "status", "deployment/console", "--timeout=2m")
        .required();
  }

  /** Runs statements with psql in the console's pod, each as a command of its own. */
  public Answer psql(String... statements) {
    return inConsole(psqlLine(statements));
  }

  /** The same through the Unix socket. */
  public Answer psqlThroughSocket(String... statements) {
    return inConsole(
        Stream.concat(Stream.of("env", "PGHOST=/run/sluice/sockets"), psqlLine(statements)));
  }

  private static Stream<String> psqlLine(String... statements) {
    return Stream.concat(
        Stream.of("psql", "-X", "-At"),
        Arrays.stream(statements).flatMap(each -> Stream.of("-c", each)));
  }

  /** Runs a program in the console's pod. */
  public Answer inConsole(Stream<String> line) {
    return Kubectl.run(
        Stream.concat(
                Stream.of("-n", namespace, "exec", "deploy/console", "-c", "console", "--"), line)
            .toArray(String[]::new));
  }

  /** Runs one statement that has to succeed and gives its rows as psql prints them unaligned. */
  public String query(String statement) {
    return psql(statement).required().output().strip();
  }

  /** Opens a session of psql that stays open. */
  public Session session() {
    return Session.open(namespace);
  }

  /** Removes the namespace with all that is in it. */
  @Override
  public void close() {
    Kubectl.run("delete", "namespace", namespace, "--wait=false").required();
  }

  private static String read(String path) {
    try {
      return Files.readString(Command.root().resolve(path), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.sluice.policy.workload;

import dev.sluice.crds.ApiGroup;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFileBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parts of a pod that belong to its gate: what admission puts in, and what nobody else may
 * bring or change. Fields that the API server would set to defaults are written out, so that a
 * stored part equals the planned one.
 */
public final class GateParts {
  /** The name of the gate's container. */
  public static final String CONTAINER = "sluice-gate";

  /** The volume of the gate's token and the control plane's certificate authority. */
  public static final String TOKEN_VOLUME = "sluice-token";

  /** The volume of the evidence that is not yet in the ledger. */
  public static final String SPOOL_VOLUME = "sluice-spool";

  /** The volume of the Service Binding directories. */
  public static final String BINDING_VOLUME = "sluice-binding";

  /** The volume of the Unix sockets, where the pod asks for them. */
  public static final String SOCKET_VOLUME = "sluice-sockets";

  /** All volumes that belong to a gate. */
  public static final Set<String> VOLUMES =
      Set.of(TOKEN_VOLUME, SPOOL_VOLUME, BINDING_VOLUME, SOCKET_VOLUME);

  /** The user and group that the gate runs as, and no other container. */
  public static final long USER = 64532;

  /** The port of the first access; the next ones follow. */
  public static final int FIRST_PORT = 6432;

  /** The port of the gate's health. */
  public static final int HEALTH_PORT = 6430;

  /** What the injection annotation says. */
  public static final String INJECTION = "v1";

  /** The root of the Service Binding directories in application containers. */
  public static final String BINDING_ROOT = "/bindings";

  /** Where Unix sockets are, for the gate and for applications: what libpq takes as a host. */
  public static final String SOCKET_DIRECTORY = "/run/sluice/sockets";

  /** Beginning of the annotations that the Service Binding files are made of. */
  public static final String BINDING_PREFIX = "binding.sluice.dev/";

  /** Where the API server itself mounts the token of the service account. */
  static final String SERVICE_ACCOUNT_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount";

  private static final String TOKEN_DIRECTORY = "/var/run/sluice";
  private static final String SPOOL_DIRECTORY = "/var/spool/sluice";
  private static final String CERTIFICATE_AUTHORITY = "sluice-ca";
  private static final int READABLE = 0644;

  private GateParts() {}

  /**
   * The gate's container.
   *
   * @param settings how it is put in
   * @param namespace the pod's namespace
   * @param accesses the accesses that it serves
   */
  public static Container container(
      GateSettings settings, String namespace, List<AskedAccess> accesses) {
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(settings.image())
        .withImagePullPolicy(settings.imagePullPolicy())
        .withRestartPolicy("Always")
        .withEnv(environment(settings, namespace, accesses))
        .withVolumeMounts(mounts(accesses))
        .withResources(settings.resources())
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withReadOnlyRootFilesystem(true)
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        // Two minutes for bundle and credential; application containers wait for it.
        .withStartupProbe(probe("/ready", 1, 120))
        .withReadinessProbe(probe("/ready", 5, 2))
        .withLivenessProbe(probe("/live", 10, 6))
        .withTerminationMessagePath("/dev/termination-log")
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .build();
  }

  /**
   * Whether there are Unix sockets.
   *
   * @param accesses the accesses of the pod
   */
  public static boolean hasSockets(List<AskedAccess> accesses) {
    return accesses.stream().anyMatch(AskedAccess::socket);
  }

  private static List<VolumeMount> mounts(List<AskedAccess> accesses) {
    List<VolumeMount> mounts = new ArrayList<>();
    // Also where the API server would mount the service account's own token, which is the
    // application's: a gate gets none of it, and is whole when admission has put it in once.
    for (String directory : List.of(TOKEN_DIRECTORY, SERVICE_ACCOUNT_DIRECTORY)) {
      mounts.add(
          new VolumeMountBuilder()
              .withName(TOKEN_VOLUME)
              .withMountPath(directory)
              .withReadOnly(true)
              .build());
    }
    mounts.add(
        new VolumeMountBuilder().withName(SPOOL_VOLUME).withMountPath(SPOOL_DIRECTORY).build());
    if (hasSockets(accesses)) {
      mounts.add(
          new VolumeMountBuilder().withName(SOCKET_VOLUME).withMountPath(SOCKET_DIRECTORY).build());
    }
    return mounts;
  }

  /**
   * The volumes of the gate, and those that applications see of it.
   *
   * @param settings how it is put in
   * @param accesses the accesses that it serves
   */
  public static List<Volume> volumes(GateSettings settings, List<AskedAccess> accesses) {
    Volume token =
        new VolumeBuilder()
            .withName(TOKEN_VOLUME)
            .withNewProjected()
            .withDefaultMode(READABLE)
            .addNewSource()
            .withNewServiceAccountToken(ApiGroup.TOKEN_AUDIENCE, 3600L, "token")
            .endSource()
            .addNewSource()
            .withNewConfigMap()
            .withName(CERTIFICATE_AUTHORITY)
            .addNewItem("ca.crt", null, "ca.crt")
            .endConfigMap()
            .endSource()
            .endProjected()
            .build();
    Volume spool =
        new VolumeBuilder()
            .withName(SPOOL_VOLUME)
            .withNewEmptyDir()
            .withSizeLimit(new Quantity(settings.spoolSize()))
            .endEmptyDir()
            .build();
    Volume binding =
        new VolumeBuilder()
            .withName(BINDING_VOLUME)
            .withNewDownwardAPI()
            .withDefaultMode(READABLE)
            .withItems(bindingFiles(accesses))
            .endDownwardAPI()
            .build();
    List<Volume> volumes = new ArrayList<>(List.of(token, spool, binding));
    if (hasSockets(accesses)) {
      // In memory: a socket holds nothing, and what is on the node's disk keeps autoscalers away.
      volumes.add(
          new VolumeBuilder()
              .withName(SOCKET_VOLUME)
              .withNewEmptyDir()
              .withMedium("Memory")
              .withSizeLimit(new Quantity("1Mi"))
              .endEmptyDir()
              .build());
    }
    return List.copyOf(volumes);
  }

  /**
   * The annotations that the Service Binding files are made of.
   *
   * @param accesses the accesses of the pod
   */
  public static Map<String, String> bindingAnnotations(List<AskedAccess> accesses) {
    Map<String, String> annotations = new LinkedHashMap<>();
    accesses.forEach(
        access ->
            binding(access)
                .forEach((field, value) -> annotations.put(bindingKey(access, field), value)));
    return annotations;
  }

  /**
   * What application containers are told of the first access, where they do not say it themselves.
   *
   * @param accesses the accesses of the pod
   */
  public static List<EnvVar> applicationEnvironment(List<AskedAccess> accesses) {
    AskedAccess first = accesses.getFirst();
    String database = first.database().database();
    String encoded = URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    String user = first.access().name();
    return List.of(
        variable("PGHOST", "127.0.0.1"),
        variable("PGPORT", Integer.toString(first.port())),
        variable("PGDATABASE", literal(database)),
        variable("PGUSER", user),
        variable("PGSSLMODE", "disable"),
        variable(
            "DATABASE_URL",
            "postgresql://%s@127.0.0.1:%d/%s?sslmode=disable"
                .formatted(user, first.port(), encoded)),
        variable(
            "JDBC_DATABASE_URL",
            "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&sslmode=disable"
                .formatted(first.port(), encoded, user)));
  }

  /** A value in which the kubelet finds no reference to a variable. */
  private static String literal(String value) {
    return value.replace("$", "$$");
  }

  private static List<EnvVar> environment(
      GateSettings settings, String namespace, List<AskedAccess> accesses) {
    String served =
        accesses.stream()
            .flatMap(
                access ->
                    addresses(access)
                        .map(
                            address ->
                                "%s/%s=%s".formatted(namespace, access.access().name(), address)))
            .collect(Collectors.joining(","));
    return List.of(
        variable("SLUICE_CONTROL", settings.control()),
        variable("SLUICE_ACCESS", served),
        variable("SLUICE_TOKEN_FILE", TOKEN_DIRECTORY + "/token"),
        variable("SLUICE_CA_FILE", TOKEN_DIRECTORY + "/ca.crt"),
        variable("SLUICE_SPOOL", SPOOL_DIRECTORY),
        variable("SLUICE_SPOOL_LIMIT", spoolLimit(settings)),
        variable("SLUICE_HEALTH", "0.0.0.0:" + HEALTH_PORT),
        field("SLUICE_NAMESPACE", "metadata.namespace"),
        field("SLUICE_POD", "metadata.name"),
        field("SLUICE_POD_UID", "metadata.uid"),
        field("SLUICE_SERVICE_ACCOUNT", "spec.serviceAccountName"));
  }

  /** The socket's name is what libpq makes of its directory and the port. */
  private static Stream<String> addresses(AskedAccess access) {
    String port = "127.0.0.1:" + access.port();
    return access.socket()
        ? Stream.of(port, "unix:%s/.s.PGSQL.%d".formatted(SOCKET_DIRECTORY, access.port()))
        : Stream.of(port);
  }

  /**
   * Half of the volume, in bytes: the kubelet ends a pod whose volume has become larger than it
   * may, and the gate's evidence with it, so the gate must come to its own limit first.
   */
  private static String spoolLimit(GateSettings settings) {
    return Quantity.getAmountInBytes(new Quantity(settings.spoolSize()))
        .toBigInteger()
        .shiftRight(1)
        .toString();
  }

  private static List<DownwardAPIVolumeFile> bindingFiles(List<AskedAccess> accesses) {
    List<DownwardAPIVolumeFile> files = new ArrayList<>();
    for (AskedAccess access : accesses) {
      for (String field : binding(access).keySet()) {
        files.add(
            new DownwardAPIVolumeFileBuilder()
                .withPath(access.access().name() + "/" + field)
                .withNewFieldRef(
                    "v1", "metadata.annotations['%s']".formatted(bindingKey(access, field)))
                .build());
      }
    }
    return files;
  }

  /** The fields of the Service Binding specification for PostgreSQL, and where the socket is. */
  private static Map<String, String> binding(AskedAccess access) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("type", "postgresql");
    fields.put("provider", "sluice");
    fields.put("host", "127.0.0.1");
    fields.put("port", Integer.toString(access.port()));
    fields.put("database", access.database().database());
    fields.put("username", access.access().name());
    if (access.socket()) {
      fields.put("socket-directory", SOCKET_DIRECTORY);
    }
    return fields;
  }

  /** By port, since a name of an access can be longer than that of an annotation may be. */
  private static String bindingKey(AskedAccess access, String field) {
    return "%s%d.%s".formatted(BINDING_PREFIX, access.port(), field);
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort(HEALTH_PORT)
        .withScheme("HTTP")
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(2)
        .withSuccessThreshold(1)
        .withFailureThreshold(failures)
        .build();
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }

  private static EnvVar field(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef("v1", path)
        .endValueFrom()
        .build();
  }
}

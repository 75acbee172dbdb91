package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Tells the containers of an application where their gate is. */
final class ApplicationContainers {
  private static final String ROOT_VARIABLE = "SERVICE_BINDING_ROOT";

  /** One of these says that the container has a PostgreSQL server of its own in mind. */
  private static final Set<String> OWN_SERVER = Set.of("PGHOST", "PGHOSTADDR", "PGSERVICE");

  /** Who names these means the gate. */
  private static final Set<String> GATE =
      Set.of("127.0.0.1", "localhost", "::1", GateParts.SOCKET_DIRECTORY);

  private final List<AskedAccess> accesses;

  ApplicationContainers(List<AskedAccess> accesses) {
    this.accesses = accesses;
  }

  /** The container with the variables and the directory; what it sets itself stays. */
  Container prepare(Container container) {
    List<EnvVar> environment = new ArrayList<>();
    boolean ownServer = container.getEnv().stream().anyMatch(ApplicationContainers::isOwnServer);
    for (EnvVar variable : GateParts.applicationEnvironment(accesses)) {
      boolean ofServer = variable.getName().startsWith("PG");
      if (!has(container, variable.getName()) && !(ownServer && ofServer)) {
        environment.add(variable);
      }
    }
    List<VolumeMount> mounts = new ArrayList<>(mounts(container));
    if (!mounts.isEmpty() && !has(container, ROOT_VARIABLE)) {
      environment.add(
          new EnvVarBuilder().withName(ROOT_VARIABLE).withValue(GateParts.BINDING_ROOT).build());
    }
    mounts.addAll(sockets(container));
    // In front, so that variables of the container may refer to them: $(PGHOST).
    environment.addAll(container.getEnv());
    return new ContainerBuilder(container)
        .withEnv(environment)
        .addAllToVolumeMounts(mounts)
        .build();
  }

  private static boolean isOwnServer(EnvVar variable) {
    String value = variable.getValue() == null ? "" : variable.getValue();
    return OWN_SERVER.contains(variable.getName()) && !GATE.contains(value);
  }

  private List<VolumeMount> mounts(Container container) {
    boolean mounted =
        container.getVolumeMounts().stream()
            .anyMatch(mount -> GateParts.BINDING_VOLUME.equals(mount.getName()));
    if (mounted) {
      return List.of();
    }
    Optional<EnvVar> root =
        container.getEnv().stream()
            .filter(variable -> ROOT_VARIABLE.equals(variable.getName()))
            .findFirst();
    Stream<VolumeMount> wanted =
        root.map(EnvVar::getValue)
            .map(directory -> accesses.stream().map(access -> directory(directory, access)))
            .orElseGet(
                () -> root.isPresent() ? Stream.empty() : Stream.of(mount(GateParts.BINDING_ROOT)));
    List<MountPath> taken =
        container.getVolumeMounts().stream()
            .map(mount -> MountPath.of(mount.getMountPath()))
            .toList();
    return wanted.filter(mount -> taken.stream().noneMatch(path -> overlap(path, mount))).toList();
  }

  /**
   * The directory of the sockets, unless the container mounts it itself or has something of its own
   * there. It may lie in a volume that the container can write to, such as one for /run. Clients
   * can connect to a socket on a read-only mount, and can put no other in its place.
   */
  private List<VolumeMount> sockets(Container container) {
    MountPath wanted = MountPath.of(GateParts.SOCKET_DIRECTORY);
    boolean taken =
        container.getVolumeMounts().stream()
            .anyMatch(
                mount -> {
                  MountPath path = MountPath.of(mount.getMountPath());
                  return GateParts.SOCKET_VOLUME.equals(mount.getName())
                      || path.isWithin(wanted)
                      || (wanted.isWithin(path) && Boolean.TRUE.equals(mount.getReadOnly()));
                });
    return GateParts.hasSockets(accesses) && !taken
        ? List.of(
            new VolumeMountBuilder()
                .withName(GateParts.SOCKET_VOLUME)
                .withMountPath(GateParts.SOCKET_DIRECTORY)
                .withReadOnly(true)
                .build())
        : List.of();
  }

  /** One directory in the other would hide files, or could not be made in what is read-only. */
  private static boolean overlap(MountPath taken, VolumeMount mount) {
    MountPath wanted = MountPath.of(mount.getMountPath());
    return taken.isWithin(wanted) || wanted.isWithin(taken);
  }

  /** Where the container has a binding root of its own, each access is a directory in it. */
  private static VolumeMount directory(String root, AskedAccess access) {
    String name = access.access().name();
    String path = root.endsWith("/") ? root + name : root + "/" + name;
    return new VolumeMountBuilder(mount(path)).withSubPath(name).build();
  }

  private static VolumeMount mount(String path) {
    return new VolumeMountBuilder()
        .withName(GateParts.BINDING_VOLUME)
        .withMountPath(path)
        .withReadOnly(true)
        .build();
  }

  private static boolean has(Container container, String name) {
    return container.getEnv().stream().anyMatch(variable -> variable.getName().equals(name));
  }
}

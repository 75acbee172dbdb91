package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Finds workloads that take the Secret with which a Database is administered. */
final class AdministratorLogins {
  private AdministratorLogins() {}

  /**
   * A use of an administrator's Secret.
   *
   * @param place where in the container
   * @param database whose administrator it is
   */
  record Login(String place, GovernedDatabase database) {}

  /** All uses in a container. Secrets are namespaced, so only the Database's own is concerned. */
  static List<Login> of(Workload workload, Container container, List<GovernedDatabase> databases) {
    List<Login> logins = new ArrayList<>();
    for (GovernedDatabase database : databases) {
      String secret = database.adminSecret();
      if (secret == null || !database.name().namespace().equals(workload.namespace())) {
        continue;
      }
      for (EnvVar variable : container.getEnv()) {
        if (variable.getValueFrom() != null
            && variable.getValueFrom().getSecretKeyRef() != null
            && secret.equals(variable.getValueFrom().getSecretKeyRef().getName())) {
          logins.add(new Login("variable " + variable.getName(), database));
        }
      }
      for (EnvFromSource source : container.getEnvFrom()) {
        if (source.getSecretRef() != null && secret.equals(source.getSecretRef().getName())) {
          logins.add(new Login("envFrom", database));
        }
      }
      for (VolumeMount mount : container.getVolumeMounts()) {
        boolean mounted =
            workload.pod().spec().getVolumes().stream()
                .filter(volume -> volume.getName().equals(mount.getName()))
                .flatMap(AdministratorLogins::secrets)
                .anyMatch(secret::equals);
        if (mounted) {
          logins.add(new Login("volume mount " + mount.getName(), database));
        }
      }
    }
    return logins;
  }

  private static Stream<String> secrets(Volume volume) {
    Stream<String> own =
        volume.getSecret() == null ? Stream.empty() : Stream.of(volume.getSecret().getSecretName());
    Stream<String> projected =
        volume.getProjected() == null
            ? Stream.empty()
            : volume.getProjected().getSources().stream()
                .filter(source -> source.getSecret() != null)
                .map(source -> source.getSecret().getName());
    return Stream.concat(own, projected).filter(Objects::nonNull);
  }
}

package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.ConfigMapProjection;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMaps and Secrets that a pod refers to and that somebody may have written an address
 * into.
 *
 * @param configMaps names of ConfigMaps
 * @param secrets names of Secrets
 */
public record References(Set<String> configMaps, Set<String> secrets) {

  /**
   * All references of a pod, of whichever container.
   *
   * @param spec the pod
   */
  public static References of(PodSpec spec) {
    References references = new References(new TreeSet<>(), new TreeSet<>());
    spec.getInitContainers()
        .forEach(container -> references.add(container.getEnv(), container.getEnvFrom()));
    spec.getContainers()
        .forEach(container -> references.add(container.getEnv(), container.getEnvFrom()));
    spec.getEphemeralContainers()
        .forEach(container -> references.add(container.getEnv(), container.getEnvFrom()));
    spec.getVolumes().stream()
        .filter(volume -> !GateParts.VOLUMES.contains(volume.getName()))
        .forEach(references::add);
    return references;
  }

  private void add(List<EnvVar> environment, List<EnvFromSource> sources) {
    for (EnvVar variable : environment) {
      if (variable.getValueFrom() != null) {
        if (variable.getValueFrom().getConfigMapKeyRef() != null) {
          add(configMaps, variable.getValueFrom().getConfigMapKeyRef().getName());
        }
        if (variable.getValueFrom().getSecretKeyRef() != null) {
          add(secrets, variable.getValueFrom().getSecretKeyRef().getName());
        }
      }
    }
    for (EnvFromSource source : sources) {
      if (source.getConfigMapRef() != null) {
        add(configMaps, source.getConfigMapRef().getName());
      }
      if (source.getSecretRef() != null) {
        add(secrets, source.getSecretRef().getName());
      }
    }
  }

  private void add(Volume volume) {
    if (volume.getConfigMap() != null) {
      add(configMaps, volume.getConfigMap().getName());
    }
    if (volume.getSecret() != null) {
      add(secrets, volume.getSecret().getSecretName());
    }
    if (volume.getProjected() != null) {
      volume
          .getProjected()
          .getSources()
          .forEach(
              source -> {
                if (source.getConfigMap() != null && !isCertificate(source.getConfigMap())) {
                  add(configMaps, source.getConfigMap().getName());
                }
                if (source.getSecret() != null) {
                  add(secrets, source.getSecret().getName());
                }
              });
    }
  }

  /**
   * The certificate that comes with every pod's token. The cluster keeps this key as it is, so that
   * nobody can write an address into it, and reading it for each pod would be for nothing.
   */
  private static boolean isCertificate(ConfigMapProjection source) {
    return "kube-root-ca.crt".equals(source.getName())
        && source.getItems().size() == 1
        && "ca.crt".equals(source.getItems().getFirst().getKey());
  }

  private static void add(Set<String> names, @Nullable String name) {
    if (name != null && !name.isEmpty()) {
      names.add(name);
    }
  }
}

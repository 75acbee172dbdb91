package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that a container sees of ConfigMaps and Secrets.
 *
 * @param files the files whose content is known
 * @param unread what could not be read
 */
record MountedFiles(List<File> files, List<Reference> unread) {
  /** No host name is longer. */
  private static final int LONGEST_WORD = 256;

  /**
   * A file.
   *
   * @param name its path in the volume
   * @param text its content
   * @param place where it comes from, for people
   * @param secret whether it comes from a Secret
   * @param besidePort the port that stands in a file beside it; absent where none does
   */
  record File(
      String name, String text, String place, boolean secret, @Nullable Integer besidePort) {
    /** Without the content: it may be secret. */
    @Override
    public String toString() {
      return place;
    }
  }

  /** The files of a container. */
  static MountedFiles of(Workload workload, Container container) {
    MountedFiles mounted = new MountedFiles(new ArrayList<>(), new ArrayList<>());
    for (VolumeMount mount : container.getVolumeMounts()) {
      workload.pod().spec().getVolumes().stream()
          .filter(volume -> volume.getName().equals(mount.getName()))
          .filter(volume -> !GateParts.VOLUMES.contains(volume.getName()))
          .findFirst()
          .ifPresent(volume -> mounted.volume(workload, container, volume, mount));
    }
    return mounted;
  }

  /** Files that hold one word each, as variables do, under the names of the files. */
  List<Variable> variables() {
    return files.stream()
        .filter(file -> file.text().length() <= LONGEST_WORD && !file.text().isBlank())
        .map(
            file ->
                new Variable(
                    file.name().substring(file.name().lastIndexOf('/') + 1),
                    file.text().strip(),
                    "",
                    file.secret()))
        .toList();
  }

  private void volume(Workload workload, Container container, Volume volume, VolumeMount mount) {
    if (volume.getConfigMap() != null) {
      var source = volume.getConfigMap();
      object(
          workload,
          container,
          false,
          source.getName(),
          source.getItems(),
          source.getOptional(),
          mount);
    }
    if (volume.getSecret() != null) {
      var source = volume.getSecret();
      object(
          workload,
          container,
          true,
          source.getSecretName(),
          source.getItems(),
          source.getOptional(),
          mount);
    }
    if (volume.getDownwardAPI() != null) {
      fields(workload, volume.getDownwardAPI().getItems(), mount);
    }
    if (volume.getProjected() != null) {
      for (VolumeProjection each : volume.getProjected().getSources()) {
        if (each.getDownwardAPI() != null) {
          fields(workload, each.getDownwardAPI().getItems(), mount);
        }
        if (each.getConfigMap() != null) {
          var source = each.getConfigMap();
          object(
              workload,
              container,
              false,
              source.getName(),
              source.getItems(),
              source.getOptional(),
              mount);
        }
        if (each.getSecret() != null) {
          var source = each.getSecret();
          object(
              workload,
              container,
              true,
              source.getName(),
              source.getItems(),
              source.getOptional(),
              mount);
        }
      }
    }
  }

  private void fields(Workload workload, List<DownwardAPIVolumeFile> items, VolumeMount mount) {
    for (DownwardAPIVolumeFile item : items) {
      if (item.getFieldRef() != null && isMounted(item.getPath(), mount)) {
        String field = item.getFieldRef().getFieldPath();
        PodFields.value(workload, field)
            .ifPresent(
                text ->
                    files.add(
                        new File(
                            item.getPath(),
                            text,
                            "field %s (mounted at %s)".formatted(field, mount.getMountPath()),
                            false,
                            null)));
      }
    }
  }

  private void object(
      Workload workload,
      Container container,
      boolean secret,
      String name,
      List<KeyToPath> items,
      @Nullable Boolean optional,
      VolumeMount mount) {
    Content content = (secret ? workload.secrets() : workload.configMaps()).get(name);
    if (content == null) {
      return;
    }
    switch (content) {
      case Content.Known known -> {
        Map<String, String> paths = paths(known.data(), items);
        paths.forEach(
            (path, key) -> {
              if (isMounted(path, mount)) {
                files.add(
                    new File(
                        path,
                        known.data().getOrDefault(key, ""),
                        "key \"%s\" of %s \"%s\" (mounted at %s)"
                            .formatted(
                                key, secret ? "Secret" : "ConfigMap", name, mount.getMountPath()),
                        secret,
                        PortVariables.beside(
                                key, other -> Optional.ofNullable(known.data().get(other)))
                            .orElse(null)));
              }
            });
      }
      case Content.NotRead(Content.Reason reason) ->
          unread.add(
              new Reference(
                  container.getName(),
                  "volume mount " + mount.getName(),
                  secret,
                  name,
                  items.stream().map(KeyToPath::getKey).toList(),
                  Boolean.TRUE.equals(optional),
                  reason));
    }
  }

  /** Whether a file of the volume is there or, where the mount is a part of it, in that part. */
  private static boolean isMounted(String path, VolumeMount mount) {
    String part = mount.getSubPath() == null ? mount.getSubPathExpr() : mount.getSubPath();
    // What an expression leads to is known to the kubelet alone: it may be any file.
    if (part == null || part.contains("$(")) {
      return true;
    }
    List<String> elements = elements(path);
    List<String> parts = elements(part);
    return elements.size() >= parts.size() && elements.subList(0, parts.size()).equals(parts);
  }

  private static List<String> elements(String path) {
    return Stream.of(path.split("/", -1))
        .filter(element -> !element.isEmpty() && !element.equals("."))
        .toList();
  }

  /** Path in the volume to key. */
  private static Map<String, String> paths(Map<String, String> data, List<KeyToPath> items) {
    Map<String, String> paths = new LinkedHashMap<>();
    if (items.isEmpty()) {
      data.keySet().stream().sorted().forEach(key -> paths.put(key, key));
    } else {
      items.forEach(item -> paths.put(item.getPath(), item.getKey()));
    }
    return paths;
  }
}

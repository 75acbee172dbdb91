package dev.sluice.webhook.review;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the injection changes of a pod, as a JSON Patch (RFC 6902). It adds to annotations,
 * containers and volumes and leaves the rest alone, so that there is no need to compare two whole
 * documents, and fields that this version does not know stay.
 */
public final class PodPatch {
  private final List<Operation> operations = new ArrayList<>();

  private PodPatch() {}

  /** One operation. */
  private record Operation(String op, String path, Object value) {}

  /**
   * The patch in JSON.
   *
   * @param before the pod as it was sent
   * @param after the same after {@link dev.sluice.policy.workload.GateInjection#inject}
   */
  public static String of(Pod before, Pod after) {
    PodPatch patch = new PodPatch();
    patch.annotations(before.getMetadata(), after.getMetadata());
    PodSpec spec = before.getSpec();
    PodSpec injected = after.getSpec();
    patch.containers(
        "/spec/initContainers", spec.getInitContainers(), injected.getInitContainers());
    patch.containers("/spec/containers", spec.getContainers(), injected.getContainers());
    patch.list("/spec/volumes", spec.getVolumes(), injected.getVolumes());
    return Serialization.asJson(patch.operations);
  }

  private void annotations(ObjectMeta before, ObjectMeta after) {
    String path = "/metadata/annotations";
    Map<String, String> were = Objects.requireNonNullElse(before.getAnnotations(), Map.of());
    if (were.isEmpty()) {
      add(path, after.getAnnotations());
      return;
    }
    after
        .getAnnotations()
        .forEach(
            (key, value) -> {
              if (!value.equals(were.get(key))) {
                add(path + "/" + key.replace("~", "~0").replace("/", "~1"), value);
              }
            });
  }

  /** Containers keep their order; the gate comes before them. */
  private void containers(String path, List<Container> before, List<Container> after) {
    int added = after.size() - before.size();
    List<Container> others = after.subList(Math.max(added, 0), after.size());
    if (before.isEmpty() || !names(before).equals(names(others))) {
      if (!before.equals(after)) {
        add(path, after);
      }
      return;
    }
    for (int index = 0; index < before.size(); index++) {
      container(path + "/" + index, before.get(index), others.get(index));
    }
    for (int index = 0; index < added; index++) {
      add(path + "/" + index, after.get(index));
    }
  }

  private void container(String path, Container before, Container after) {
    list(path + "/env", before.getEnv(), after.getEnv());
    list(path + "/volumeMounts", before.getVolumeMounts(), after.getVolumeMounts());
    Container otherwise =
        new ContainerBuilder(after)
            .withEnv(before.getEnv())
            .withVolumeMounts(before.getVolumeMounts())
            .build();
    if (!otherwise.equals(before)) {
      throw new IllegalStateException(
          "the injection changes more of container %s than its variables and mounts"
              .formatted(before.getName()));
    }
  }

  /** A list to which something is added, wherever. */
  private <T> void list(String path, List<T> before, List<T> after) {
    if (before.equals(after)) {
      return;
    }
    if (before.isEmpty()) {
      add(path, after);
      return;
    }
    int kept = 0;
    List<Operation> insertions = new ArrayList<>();
    for (int index = 0; index < after.size(); index++) {
      if (kept < before.size() && before.get(kept).equals(after.get(index))) {
        kept++;
      } else {
        insertions.add(new Operation("add", path + "/" + index, after.get(index)));
      }
    }
    if (kept < before.size()) {
      throw new IllegalStateException("the injection takes something out of " + path);
    }
    operations.addAll(insertions);
  }

  /** Of a member that is there, this is its replacement. */
  private void add(String path, Object value) {
    operations.add(new Operation("add", path, value));
  }

  private static List<String> names(List<Container> containers) {
    return containers.stream().map(Container::getName).toList();
  }
}

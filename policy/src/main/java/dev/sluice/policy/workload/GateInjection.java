package dev.sluice.policy.workload;

import dev.sluice.crds.ApiGroup;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Puts a gate into a pod. Done twice, it changes nothing the second time. */
public final class GateInjection {
  private static final String EVICTION =
      "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";

  private GateInjection() {}

  /**
   * The pod with its gate.
   *
   * @param pod a pod that asks for these accesses and whose gate, if it has one, is as planned; it
   *     is not changed
   * @param namespace its namespace
   * @param accesses what it asks for, at least one
   * @param settings how a gate is put in
   */
  public static Pod inject(
      Pod pod, String namespace, List<AskedAccess> accesses, GateSettings settings) {
    PodSpec spec = pod.getSpec();
    ApplicationContainers applications = new ApplicationContainers(accesses);
    List<Container> initContainers = new ArrayList<>();
    initContainers.add(
        spec.getInitContainers().stream()
            .filter(GateInjection::isGate)
            .findFirst()
            .orElseGet(() -> GateParts.container(settings, namespace, accesses)));
    spec.getInitContainers().stream()
        .filter(container -> !isGate(container))
        .map(applications::prepare)
        .forEach(initContainers::add);
    return new PodBuilder(pod)
        .editMetadata()
        .withAnnotations(annotations(pod, accesses))
        .endMetadata()
        .editSpec()
        .withInitContainers(initContainers)
        .withContainers(spec.getContainers().stream().map(applications::prepare).toList())
        .withVolumes(volumes(spec, settings, accesses))
        .endSpec()
        .build();
  }

  private static boolean isGate(Container container) {
    return GateParts.CONTAINER.equals(container.getName());
  }

  private static Map<String, String> annotations(Pod pod, List<AskedAccess> accesses) {
    Map<String, String> annotations =
        new LinkedHashMap<>(
            Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of()));
    annotations.put(ApiGroup.INJECTED_ANNOTATION, GateParts.INJECTION);
    annotations.putAll(GateParts.bindingAnnotations(accesses));
    // Without it no autoscaler would empty a node: the spool is local, and drained on SIGTERM.
    String evictable = annotations.getOrDefault(EVICTION, "");
    if (!List.of(evictable.split(",", -1)).contains(GateParts.SPOOL_VOLUME)) {
      annotations.put(
          EVICTION,
          evictable.isEmpty() ? GateParts.SPOOL_VOLUME : evictable + "," + GateParts.SPOOL_VOLUME);
    }
    return annotations;
  }

  private static List<Volume> volumes(
      PodSpec spec, GateSettings settings, List<AskedAccess> accesses) {
    List<Volume> volumes = new ArrayList<>(spec.getVolumes());
    for (Volume volume : GateParts.volumes(settings, accesses)) {
      if (volumes.stream().noneMatch(other -> other.getName().equals(volume.getName()))) {
        volumes.add(volume);
      }
    }
    return volumes;
  }
}

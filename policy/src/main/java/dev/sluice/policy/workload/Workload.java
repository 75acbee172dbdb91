package dev.sluice.policy.workload;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be decided about.
 *
 * @param name what was submitted
 * @param owner the workload at the top of its chain of owners, which exceptions name; the submitted
 *     object itself where it has no owner that can be believed
 * @param stage where in its life it is
 * @param pod the pod, or the pods that the template makes
 * @param previous the same before an update; absent otherwise
 * @param configMaps contents of the ConfigMaps of its namespace that the pod refers to
 * @param secrets contents of the Secrets of its namespace that the pod refers to
 */
public record Workload(
    WorkloadName name,
    WorkloadName owner,
    Stage stage,
    PodParts pod,
    @Nullable PodParts previous,
    Map<String, Content> configMaps,
    Map<String, Content> secrets) {
  /** Immutable copies of the maps. */
  public Workload {
    configMaps = Map.copyOf(configMaps);
    secrets = Map.copyOf(secrets);
  }

  /** The namespace. */
  public String namespace() {
    return name.namespace();
  }

  /** The same with another pod. */
  Workload withPod(PodParts other) {
    return new Workload(name, owner, stage, other, previous, configMaps, secrets);
  }

  /** Where in its life a workload is. */
  public enum Stage {
    /** A Deployment or the like: no pod yet, and never with a gate. */
    TEMPLATE,
    /** A pod as it was submitted, before the gate is put in. */
    SUBMITTED,
    /** A pod as it is about to be stored: with the gate, where it asks for an access. */
    STORED,
    /** A stored pod that changes, or gets an ephemeral container. */
    UPDATED,
    /** A pod that runs, looked at afterwards; its gate may be of an earlier version. */
    RUNNING
  }
}

package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A container of a pod, of whichever kind; an ephemeral one is seen as an ordinary one.
 *
 * @param kind which list it stands in
 * @param container what it says
 */
record PodContainer(Kind kind, Container container) {

  /** The lists that containers stand in. */
  enum Kind {
    INIT,
    APPLICATION,
    EPHEMERAL
  }

  /** All containers of a pod in the order in which they start. */
  static List<PodContainer> of(PodSpec pod) {
    List<PodContainer> containers = new ArrayList<>();
    pod.getInitContainers().forEach(c -> containers.add(new PodContainer(Kind.INIT, c)));
    pod.getContainers().forEach(c -> containers.add(new PodContainer(Kind.APPLICATION, c)));
    pod.getEphemeralContainers()
        .forEach(c -> containers.add(new PodContainer(Kind.EPHEMERAL, ordinary(c))));
    return containers;
  }

  /** Whether it stands where the gate does, under the gate's name. */
  boolean isGate() {
    return kind == Kind.INIT && GateParts.CONTAINER.equals(container.getName());
  }

  String name() {
    return container.getName();
  }

  private static Container ordinary(EphemeralContainer ephemeral) {
    return new ContainerBuilder()
        .withName(ephemeral.getName())
        .withImage(ephemeral.getImage())
        .withCommand(ephemeral.getCommand())
        .withArgs(ephemeral.getArgs())
        .withEnv(ephemeral.getEnv())
        .withEnvFrom(ephemeral.getEnvFrom())
        .withVolumeMounts(ephemeral.getVolumeMounts())
        .withSecurityContext(ephemeral.getSecurityContext())
        .build();
  }
}

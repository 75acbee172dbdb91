package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.ResourceRequirements;

/**
 * How a gate is put into a pod.
 *
 * @param image the gate's image; empty where it is not known
 * @param imagePullPolicy when the kubelet fetches it: {@code IfNotPresent}, {@code Always}, {@code
 *     Never}
 * @param control where the gate finds the operator, an https URL
 * @param resources what the gate asks for and is limited to
 * @param spoolSize the volume for evidence on the node, a Kubernetes quantity, of which the gate
 *     fills half
 */
public record GateSettings(
    String image,
    String imagePullPolicy,
    String control,
    ResourceRequirements resources,
    String spoolSize) {

  /**
   * Whether it is known how gates are put into new pods; otherwise no gate that runs is compared
   * with them.
   */
  boolean isKnown() {
    return !image.isEmpty();
  }
}

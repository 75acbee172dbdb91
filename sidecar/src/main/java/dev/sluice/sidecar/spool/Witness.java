package dev.sluice.sidecar.spool;

import dev.sluice.policy.event.EventMembers;

/**
 * Who events are about: what the control plane told of the pod.
 *
 * @param namespace the pod's namespace
 * @param serviceAccount its service account
 * @param pod its name
 * @param podUid its UID
 */
public record Witness(String namespace, String serviceAccount, String pod, String podUid) {
  EventMembers.Witness members() {
    return new EventMembers.Witness(namespace, serviceAccount, pod, podUid);
  }
}

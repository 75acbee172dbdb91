package dev.sluice.operator.api;

import dev.sluice.crds.ApiGroup;
import dev.sluice.operator.access.AccessDirectory.Grant;
import dev.sluice.policy.Code;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether token, pod, service account and access agree. */
public final class PodCheck {
  private static final Logger LOG = LoggerFactory.getLogger(PodCheck.class);

  private final KubernetesClient client;

  /**
   * A check.
   *
   * @param client may get pods in every namespace
   */
  public PodCheck(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Takes a caller for a pod.
   *
   * @param caller who asks
   * @return the pod
   * @throws Refusal where the token is not bound to a pod
   */
  public static Caller.Pod pod(Caller caller) {
    return switch (caller) {
      case Caller.Pod pod -> pod;
      case Caller.Person person ->
          throw new Refusal(
              403,
              Code.NOT_THE_POD,
              "The token of %s is not bound to a pod.".formatted(person.username()));
    };
  }

  /**
   * Checks that the pod is alive, the one of the token, and asks for the access.
   *
   * @param caller the pod
   * @param access the access, {@code namespace/name}
   * @throws Refusal where something does not agree
   */
  public void asks(Caller.Pod caller, String access) {
    String name = access.substring(access.indexOf('/') + 1);
    if (!access.equals(caller.namespace() + "/" + name)) {
      throw new Refusal(
          403,
          Code.NOT_A_SUBJECT,
          "Pod %s/%s is not in the namespace of the access %s."
              .formatted(caller.namespace(), caller.name(), access),
          "Create a DatabaseAccess in the pod's own namespace.");
    }
    Pod pod = find(caller);
    if (pod == null || !caller.uid().equals(pod.getMetadata().getUid())) {
      throw new Refusal(
          403,
          Code.NOT_THE_POD,
          "The pod %s/%s with UID %s does not exist any more."
              .formatted(caller.namespace(), caller.name(), caller.uid()));
    }
    String account = Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "default");
    if (!account.equals(caller.serviceAccount())) {
      throw new Refusal(
          403,
          Code.NOT_THE_POD,
          "The token is of service account %s, the pod %s/%s runs as %s."
              .formatted(caller.serviceAccount(), caller.namespace(), caller.name(), account));
    }
    if (!names(pod, name)) {
      throw new Refusal(
          403,
          Code.POD_DOES_NOT_ASK,
          "Neither label %s nor annotation %s of pod %s/%s names %s."
              .formatted(
                  ApiGroup.ACCESS_LABEL,
                  ApiGroup.ALSO_ANNOTATION,
                  caller.namespace(),
                  caller.name(),
                  name));
    }
  }

  /**
   * Checks that the access names the pod's service account.
   *
   * @param caller the pod
   * @param grant the access
   * @throws Refusal where it does not
   */
  public static void isSubject(Caller.Pod caller, Grant grant) {
    if (!grant.serviceAccounts().contains(caller.serviceAccount())) {
      throw new Refusal(
          403,
          Code.NOT_A_SUBJECT,
          "DatabaseAccess %s does not name service account %s in spec.subjects."
              .formatted(grant.access(), caller.serviceAccount()));
    }
  }

  private @Nullable Pod find(Caller.Pod caller) {
    try {
      return client.pods().inNamespace(caller.namespace()).withName(caller.name()).get();
    } catch (KubernetesClientException failure) {
      LOG.warn(
          "pod={}/{} could not be read: status={}",
          caller.namespace(),
          caller.name(),
          failure.getCode(),
          failure);
      throw new Refusal(503, Code.CLUSTER_AWAY, "The pod could not be read from the API server.");
    }
  }

  private static boolean names(Pod pod, String access) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    String also = annotations == null ? null : annotations.get(ApiGroup.ALSO_ANNOTATION);
    return (labels != null && access.equals(labels.get(ApiGroup.ACCESS_LABEL)))
        || (also != null
            && Arrays.stream(also.split(",", -1)).map(String::strip).anyMatch(access::equals));
  }
}

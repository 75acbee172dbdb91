package dev.sluice.cluster;

import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes from an object to the workload at the top of its chain of owners. Whether the owner that
 * stands in an object can be believed is for the caller to know.
 */
public final class OwnerChain {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerChain.class);
  private static final int HIGHEST = 4;
  private static final int REMEMBERED = 2000;

  private final KubernetesClient client;

  /** The owner of an owner by its UID, which never changes hands. */
  private final Map<String, Optional<OwnerReference>> known = new LinkedHashMap<>();

  /**
   * A way up. One is for one round of questions: what it has looked up it does not look up again.
   *
   * @param client may get ReplicaSets and Jobs
   */
  public OwnerChain(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The controller that an object names.
   *
   * @param metadata of the object
   */
  public static Optional<OwnerReference> controller(ObjectMeta metadata) {
    return metadata.getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst();
  }

  /**
   * The workload at the top.
   *
   * @param name the object
   * @param metadata the object's metadata
   * @return the object itself where it names no controller
   */
  public WorkloadName topOf(WorkloadName name, ObjectMeta metadata) {
    WorkloadName top = name;
    Optional<OwnerReference> owner = controller(metadata);
    for (int level = 0; level < HIGHEST && owner.isPresent(); level++) {
      top = new WorkloadName(owner.get().getKind(), top.namespace(), owner.get().getName());
      owner = ownerOf(owner.get(), top.namespace());
    }
    return top;
  }

  private Optional<OwnerReference> ownerOf(OwnerReference owner, String namespace) {
    Optional<OwnerReference> found = known.get(owner.getUid());
    if (found == null) {
      if (known.size() >= REMEMBERED) {
        known.clear();
      }
      found = lookUp(owner, namespace);
      known.put(owner.getUid(), found);
    }
    return found;
  }

  /** The owner of an owner; only kinds that stand in the middle of a chain have one. */
  private Optional<OwnerReference> lookUp(OwnerReference owner, String namespace) {
    String kind = owner.getApiVersion() + "/" + owner.getKind();
    try {
      HasMetadata found =
          switch (kind) {
            case "apps/v1/ReplicaSet" ->
                client.apps().replicaSets().inNamespace(namespace).withName(owner.getName()).get();
            case "batch/v1/Job" ->
                client.batch().v1().jobs().inNamespace(namespace).withName(owner.getName()).get();
            default -> null;
          };
      return found != null && owner.getUid().equals(found.getMetadata().getUid())
          ? controller(found.getMetadata())
          : Optional.empty();
    } catch (KubernetesClientException e) {
      LOG.warn(
          "the owner of {} {}/{} is not known: {}",
          owner.getKind(),
          namespace,
          owner.getName(),
          e.getMessage());
      return Optional.empty();
    }
  }
}

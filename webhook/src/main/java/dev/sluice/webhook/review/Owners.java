package dev.sluice.webhook.review;

import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadName;
import dev.sluice.webhook.WebhookSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds the workload at the top of a chain of owners, which exceptions name. Anybody can write an
 * owner into an object, so that it is believed of controllers alone.
 */
@ApplicationScoped
class Owners {
  private static final Logger LOG = Logger.getLogger(Owners.class);
  private static final int HIGHEST = 4;

  private final KubernetesClient client;
  private final WebhookSettings settings;

  Owners(KubernetesClient client, WebhookSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /**
   * The workload at the top.
   *
   * @param submission what was submitted
   * @param user who submitted it
   * @param context tells whether there are exceptions at all
   */
  WorkloadName topOf(Submission submission, @Nullable UserInfo user, WorkloadContext context) {
    boolean excepted =
        context.enforcements().stream()
            .flatMap(each -> Objects.requireNonNull(each.spec().exceptions()).stream())
            .anyMatch(each -> each.workload().namespace().equals(submission.name().namespace()));
    if (!excepted || !isTrusted(user)) {
      return submission.name();
    }
    WorkloadName top = submission.name();
    Optional<OwnerReference> owner = controller(submission.metadata());
    for (int level = 0; level < HIGHEST && owner.isPresent(); level++) {
      top = new WorkloadName(owner.get().getKind(), top.namespace(), owner.get().getName());
      owner = ownerOf(owner.get(), top.namespace());
    }
    return top;
  }

  private boolean isTrusted(@Nullable UserInfo user) {
    String name = user == null || user.getUsername() == null ? "" : user.getUsername();
    return settings.trustedControllers().stream()
        .anyMatch(
            trusted ->
                trusted.endsWith("*")
                    ? name.startsWith(trusted.substring(0, trusted.length() - 1))
                    : name.equals(trusted));
  }

  /** The owner of an owner; only kinds that stand in the middle of a chain have one. */
  private Optional<OwnerReference> ownerOf(OwnerReference owner, String namespace) {
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
      LOG.warnf(
          "The owner of %s %s/%s is not known: %s",
          owner.getKind(), namespace, owner.getName(), e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<OwnerReference> controller(ObjectMeta metadata) {
    return metadata.getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst();
  }
}

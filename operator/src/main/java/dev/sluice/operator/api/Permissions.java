package dev.sluice.operator.api;

import dev.sluice.policy.Code;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the API server what a caller may do. */
public final class Permissions {
  private static final Logger LOG = LoggerFactory.getLogger(Permissions.class);

  private final KubernetesClient client;

  /**
   * Permissions.
   *
   * @param client may create SubjectAccessReviews
   */
  public Permissions(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Whether a caller may do something.
   *
   * @param caller who asks
   * @param action what; the caller is put in
   * @throws Refusal where that cannot be found out
   */
  boolean may(Caller caller, SubjectAccessReviewSpec action) {
    action.setUser(caller.username());
    switch (caller) {
      case Caller.Pod pod ->
          action.setGroups(
              List.of(
                  "system:serviceaccounts",
                  "system:serviceaccounts:" + pod.namespace(),
                  "system:authenticated"));
      case Caller.Person person -> {
        action.setGroups(person.groups());
        action.setUid(person.uid());
        action.setExtra(person.extra());
      }
    }
    SubjectAccessReview review;
    try {
      review = client.resource(new SubjectAccessReviewBuilder().withSpec(action).build()).create();
    } catch (KubernetesClientException failure) {
      LOG.warn("rights could not be reviewed: status={}", failure.getCode(), failure);
      throw new Refusal(503, Code.CLUSTER_AWAY, "Rights could not be reviewed.");
    }
    return review.getStatus() != null && Boolean.TRUE.equals(review.getStatus().getAllowed());
  }
}

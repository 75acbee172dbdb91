package dev.sluice.webhook.review;

import dev.sluice.cluster.OwnerChain;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadName;
import dev.sluice.webhook.WebhookSettings;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the workload at the top of a chain of owners, which exceptions name. Anybody can write an
 * owner into an object, so that it is believed of controllers alone.
 */
@ApplicationScoped
class Owners {
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
    return excepted && isTrusted(user)
        ? new OwnerChain(client).topOf(submission.name(), submission.metadata())
        : submission.name();
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
}

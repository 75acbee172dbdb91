package dev.sluice.webhook.index;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.webhook.WebhookSettings;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Resources and settings as the decisions see them. */
final class Resources {
  private Resources() {}

  /** Whether an access is not about to go. */
  static boolean isLasting(DatabaseAccess access) {
    return access.getMetadata().getDeletionTimestamp() == null;
  }

  static GateSettings gate(WebhookSettings settings, KubernetesSerialization serialization) {
    WebhookSettings.Gate gate = settings.gate();
    return new GateSettings(
        gate.image(),
        gate.pullPolicy(),
        settings
            .control()
            .orElseGet(() -> "https://sluice-operator.%s.svc:8443".formatted(settings.namespace())),
        serialization.unmarshal(gate.resources(), ResourceRequirements.class),
        gate.spoolSize());
  }
}

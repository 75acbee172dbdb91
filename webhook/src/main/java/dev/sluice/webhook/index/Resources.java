package dev.sluice.webhook.index;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.policy.workload.GrantedAccess;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.webhook.WebhookSettings;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Objects;
import java.util.stream.Collectors;

/** Resources and settings as the decisions see them. */
final class Resources {
  private Resources() {}

  /** Whether an access is not about to go. */
  static boolean isLasting(DatabaseAccess access) {
    return access.getMetadata().getDeletionTimestamp() == null;
  }

  static GrantedAccess access(DatabaseAccess access) {
    DatabaseAccessSpec spec = access.getSpec();
    DatabaseAccessSpec.DatabaseReference reference = spec.databaseRef();
    return new GrantedAccess(
        access.getMetadata().getName(),
        new ObjectName(
            Objects.requireNonNullElse(reference.namespace(), access.getMetadata().getNamespace()),
            reference.name()),
        spec.subjects().stream()
            .filter(subject -> subject.kind() == DatabaseAccessSpec.SubjectKind.ServiceAccount)
            .map(DatabaseAccessSpec.Subject::name)
            .collect(Collectors.toSet()),
        spec.expiresAt() == null ? null : spec.expiresAt().toInstant());
  }

  static Enforcement enforcement(EnforcementPolicy policy) {
    return new Enforcement(policy.getMetadata().getName(), policy.getSpec());
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

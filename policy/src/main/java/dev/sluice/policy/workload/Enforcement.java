package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.crds.EnforcementPolicySpec;
import dev.sluice.crds.EnforcementPolicySpec.FindingMode;
import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.crds.EnforcementPolicySpec.Mode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An EnforcementPolicy.
 *
 * @param policy its name
 * @param spec what it says
 */
public record Enforcement(String policy, EnforcementPolicySpec spec) {
  /** What a resource says. */
  public static Enforcement of(EnforcementPolicy policy) {
    return new Enforcement(policy.getMetadata().getName(), policy.getSpec());
  }

  /**
   * What a kind of finding leads to where no exception accepts it.
   *
   * @param type the kind
   */
  public Mode mode(FindingType type) {
    return Objects.requireNonNullElse(spec.findings(), List.<FindingMode>of()).stream()
        .filter(finding -> finding.type() == type)
        .map(FindingMode::mode)
        .max(Comparator.naturalOrder())
        .orElse(spec.mode());
  }

  /**
   * Whether it is for a namespace.
   *
   * @param namespaceLabels the labels of the namespace
   */
  public boolean selects(Map<String, String> namespaceLabels) {
    return LabelSelection.selects(
        Objects.requireNonNullElseGet(spec.namespaces(), LabelSelector::new), namespaceLabels);
  }
}

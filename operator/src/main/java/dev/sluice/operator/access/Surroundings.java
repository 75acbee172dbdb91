package dev.sluice.operator.access;

import dev.sluice.crds.Database;
import dev.sluice.crds.MaskingPolicySpec;
import dev.sluice.policy.plan.CompiledGuardrails;
import dev.sluice.policy.plan.Named;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an access depends on beside itself.
 *
 * @param database the Database that it refers to; null: there is none
 * @param namespaceLabels the labels of its own namespace
 * @param maskingPolicies all masking policies, by name
 * @param guardrailPolicies what is in force of all guardrail policies, by name
 */
record Surroundings(
    @Nullable Database database,
    Map<String, String> namespaceLabels,
    List<Named<MaskingPolicySpec>> maskingPolicies,
    List<CompiledGuardrails> guardrailPolicies) {
  Surroundings {
    namespaceLabels = namespaceLabels == null ? Map.of() : Map.copyOf(namespaceLabels);
    maskingPolicies = List.copyOf(maskingPolicies);
    guardrailPolicies = List.copyOf(guardrailPolicies);
  }
}

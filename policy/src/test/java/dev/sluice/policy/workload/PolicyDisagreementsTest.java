package dev.sluice.policy.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.EnforcementPolicySpec;
import dev.sluice.crds.EnforcementPolicySpec.Exec;
import dev.sluice.crds.EnforcementPolicySpec.FindingMode;
import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.crds.EnforcementPolicySpec.Mode;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyDisagreementsTest {
  private static final Map<String, Map<String, String>> NAMESPACES =
      Map.of("shop", Map.of("tier", "shop"), "back", Map.of("tier", "back"));

  @Test
  void policyAgreesWithItselfAndWithOthersThatSayTheSame() {
    Enforcement shops = policy("shops", "shop", Mode.Enforce, null);

    assertThat(
            PolicyDisagreements.of(
                shops, List.of(shops, policy("more", "shop", Mode.Enforce, null)), NAMESPACES))
        .isEmpty();
  }

  @Test
  void otherModeAndOtherEntryAreToldWithTheNamespaces() {
    Enforcement shops = policy("shops", "shop", Mode.Enforce, null);
    Enforcement more = policy("more", "shop", Mode.Warn, Exec.Refuse);

    assertThat(PolicyDisagreements.of(shops, List.of(shops, more), NAMESPACES))
        .singleElement()
        .hasToString(
            "EnforcementPolicy more says mode Warn instead of Enforce; exec Refuse instead of"
                + " Record in shop");
  }

  @Test
  void modeOfOneFindingIsToldByItsName() {
    Enforcement shops = policy("shops", "shop", Mode.Enforce, null);
    Enforcement more =
        policy(
            "more",
            "shop",
            Mode.Enforce,
            null,
            new FindingMode(FindingType.HostNetwork, Mode.Audit));

    assertThat(PolicyDisagreements.of(shops, List.of(more), NAMESPACES))
        .singleElement()
        .hasToString("EnforcementPolicy more says HostNetwork Audit instead of Enforce in shop");
  }

  @Test
  void policyOfOtherNamespacesMaySayAnything() {
    Enforcement shops = policy("shops", "shop", Mode.Enforce, null);
    Enforcement back = policy("back", "back", Mode.Audit, Exec.Allow);

    assertThat(
            PolicyDisagreements.of(
                shops, List.of(shops, back), Map.of("shop", Map.of("tier", "shop"))))
        .isEmpty();
  }

  private static Enforcement policy(
      String name,
      String tier,
      Mode mode,
      @org.jspecify.annotations.Nullable Exec exec,
      FindingMode... findings) {
    return new Enforcement(
        name,
        new EnforcementPolicySpec(
            new LabelSelectorBuilder().addToMatchLabels("tier", tier).build(),
            mode,
            List.of(findings),
            exec,
            null,
            null));
  }
}

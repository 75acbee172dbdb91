package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stories.stage.Helm;
import dev.sluice.stories.stage.Kubectl;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Story 2: an upgrade keeps what was made at run time. */
class UpgradeStory {
  @Test
  void secretsAndTrustStay() {
    var before = madeAtRunTime();

    Helm.upgrade();

    assertThat(madeAtRunTime()).isEqualTo(before).doesNotContain("");
  }

  private static List<String> madeAtRunTime() {
    return List.of(
        Kubectl.path("{.data}", "secret/sluice-ledger", "-n", "sluice-system"),
        Kubectl.path("{.data}", "secret/sluice-ca", "-n", "sluice-system"),
        Kubectl.path("{.webhooks[*].clientConfig.caBundle}", "mutatingwebhookconfiguration/sluice"),
        Kubectl.path(
            "{.webhooks[*].clientConfig.caBundle}", "validatingwebhookconfiguration/sluice"));
  }
}

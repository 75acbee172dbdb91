package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.BuiltPrograms;
import dev.sluice.stories.stage.Command;
import dev.sluice.stories.stage.Kubectl;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Story 2: an upgrade keeps what was made at run time. */
class UpgradeStory {
  @Test
  void secretsAndTrustStay() {
    var before = madeAtRunTime();

    helm("upgrade", "sluice", "charts/sluice", "-n", "sluice-system", "--reuse-values", "--wait");

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

  private static void helm(String... words) {
    var helm = BuiltPrograms.path("helm").toString();
    Command.run("", Map.of(), Stream.concat(Stream.of(helm), Stream.of(words)).toList()).required();
  }
}

package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stories.stage.Command;
import dev.sluice.stories.stage.Kubectl;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    var built = Path.of(System.getProperty("user.home"), ".cache/sluice/bin/helm");
    Command.run(
            "",
            Map.of(),
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of(built.toString()), java.util.stream.Stream.of(words))
                .toList())
        .required();
  }
}

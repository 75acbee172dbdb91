package dev.sluice.webhook;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the chart installs, rendered by Helm itself. */
final class ChartManifests {
  private ChartManifests() {}

  /** Everything but the CRDs, as for the demo. */
  static List<HasMetadata> render() {
    String text =
        new Helm(Path.of("../charts/sluice"))
            .template()
            .withName("sluice")
            .withNamespace("sluice-system")
            .withKubeVersion("v1.34.0")
            .withValuesFile(Path.of("../e2e/demo/setup/values.yaml"))
            // Its Secret looks into a cluster, and there is none when this is rendered.
            .set("ledger.enabled", "false")
            .set("ledger.external.secretName", "ledger")
            .call();
    return Arrays.stream(text.split("(?m)^---.*$"))
        .filter(document -> document.lines().anyMatch(line -> line.startsWith("kind:")))
        .map(
            document ->
                (HasMetadata) Serialization.unmarshal(document, GenericKubernetesResource.class))
        .toList();
  }
}

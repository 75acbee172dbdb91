package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Keeps the committed CRD manifests equal to what the types say. */
class CustomResourceManifestTest {
  private static final Path COMMITTED = Path.of("../charts/sluice/crds");

  @Test
  void committedManifestsAreCurrent() throws IOException {
    var wanted = CustomResourceManifests.all();
    if (Boolean.getBoolean("sluice.crds.update")) {
      for (var manifest : wanted.entrySet()) {
        Files.writeString(COMMITTED.resolve(manifest.getKey()), manifest.getValue());
      }
    }
    assertThat(wanted).hasSameSizeAs(CustomResourceManifests.KINDS);
    assertThat(committed())
        .as("run `make generate` and commit the result")
        .containsExactlyEntriesOf(wanted);
  }

  private static Map<String, String> committed() throws IOException {
    var texts = new TreeMap<String, String>();
    try (var files = Files.list(COMMITTED)) {
      for (var file : files.toList()) {
        texts.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return texts;
  }
}

package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the committed CRD manifests equal to what the types say. */
class CustomResourceManifestTest {
  private static final Path COMMITTED = Path.of("../charts/sluice/crds");

  @Test
  void committedManifestsAreCurrent(@TempDir Path generated) throws IOException {
    CustomResourceManifests.write(generated);
    if (Boolean.getBoolean("sluice.crds.update")) {
      CustomResourceManifests.write(COMMITTED);
    }
    try (var files = Files.list(generated)) {
      assertThat(files.toList())
          .hasSize(5)
          .allSatisfy(
              file ->
                  assertThat(COMMITTED.resolve(file.getFileName()))
                      .as("run `make generate` and commit the result")
                      .hasSameTextualContentAs(file));
    }
  }
}

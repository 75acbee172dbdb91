package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps the committed pages about the resources equal to what the types say. */
class ReferencePageTest {
  private static final Path COMMITTED = Path.of("../docs/reference");

  @Test
  void committedPagesAreCurrent() throws IOException {
    var pages = ReferencePages.all();
    if (Boolean.getBoolean("sluice.crds.update")) {
      Files.createDirectories(COMMITTED);
      for (var page : pages.entrySet()) {
        Files.writeString(COMMITTED.resolve(page.getKey()), page.getValue());
      }
    }
    assertThat(pages)
        .hasSameSizeAs(CustomResourceManifests.KINDS)
        .allSatisfy(
            (name, text) ->
                assertThat(COMMITTED.resolve(name))
                    .as("run `make generate` and commit the result")
                    .hasContent(text));
  }
}

package dev.sluice.resources.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceFilesTest {
  @TempDir private Path directory;

  @Test
  void readsDocumentsInOrderWithLines() throws IOException {
    write(
        "b.yml",
        """
        kind: Second
        spec:
          list:
          - {name: a}
          - {name: b}
        ---
        # nothing here
        ---
        kind: Third
        """);
    write("a.yaml", "kind: First\n");
    write("c.txt", "kind: Other\n");
    ResourceFiles files = ResourceFiles.read(directory);
    assertThat(files.problems()).isEmpty();
    assertThat(files.documents())
        .extracting(document -> document.text("kind"))
        .containsExactly("First", "Second", "Third");
    ResourceDocument second = files.documents().get(1);
    assertThat(second.line("spec.list[1].name")).isEqualTo(5);
    assertThat(second.line("spec.list[1].missing")).isEqualTo(5);
    assertThat(second.line("spec.other")).isEqualTo(2);
  }

  @Test
  void takesWordsAsKubernetesDoes() throws IOException {
    write("a.yaml", "{a: yes, b: \"yes\", c: 12, d: 1.5, e: ~, f: 2027-01-01T00:00:00Z, g: Null}");
    Map<String, Object> content =
        new java.util.HashMap<>(ResourceFiles.read(directory).documents().getFirst().content());
    assertThat(content)
        .containsEntry("a", true)
        .containsEntry("b", "yes")
        .containsEntry("c", 12L)
        .containsEntry("d", 1.5)
        .containsEntry("e", null)
        .containsEntry("f", "2027-01-01T00:00:00Z")
        .containsEntry("g", null);
  }

  @Test
  void takesNumbersAsKubernetesDoes() throws IOException {
    write(
        "a.yaml",
        "{mode: 0440, other: 0o17, hexadecimal: 0x1F, nought: 0, text: \"0440\", no: 0890}");

    assertThat(ResourceFiles.read(directory).documents().getFirst().content())
        .containsEntry("mode", 288L)
        .containsEntry("other", 15L)
        .containsEntry("hexadecimal", 31L)
        .containsEntry("nought", 0L)
        .containsEntry("text", "0440")
        .containsEntry("no", 890.0);
  }

  @Test
  void takesFromOtherMappingsAsKubernetesDoes() throws IOException {
    write(
        "a.yaml",
        """
        base: &base {image: one, name: first}
        more: &more {name: second, port: 1}
        single: {<<: *base, name: own}
        several: {<<: [*base, *more]}
        """);

    assertThat(ResourceFiles.read(directory).documents().getFirst().content())
        .containsEntry("single", Map.of("image", "one", "name", "own"))
        .containsEntry("several", Map.of("image", "one", "name", "first", "port", 1L));
  }

  @Test
  void tellsWhereAFileIsBroken() throws IOException {
    write("a.yaml", "kind: First\n---\nkind: [Second\nspec: {}\n");
    write("b.yaml", "kind: First\nkind: Second\n");
    write("c.yaml", "- a\n- b\n");
    List<FileProblem> problems = ResourceFiles.read(directory).problems();
    assertThat(problems)
        .extracting(problem -> problem.file().getFileName().toString())
        .containsExactly("a.yaml", "b.yaml", "c.yaml");
    assertThat(problems.get(0).line()).isEqualTo(4);
    assertThat(problems.get(1).sentence()).contains("kind");
    assertThat(problems.get(2).sentence()).isEqualTo("c.yaml:1: document 1: is not a resource");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}

package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code check} says of a workload what the webhook says: the cases are the webhook's own, without
 * those that are about more than an object that somebody submits.
 */
class SameAsWebhookTest {
  private static final Path CASES = Path.of("../webhook/src/test/resources/review");
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Path> cases() throws IOException {
    try (Stream<Path> all = Files.list(CASES)) {
      return all.filter(Files::isDirectory)
          .filter(each -> !Files.exists(each.resolve("request.yaml")))
          .filter(each -> !Files.exists(each.resolve("previous.yaml")))
          // What no file has is absent for a webhook, and may be in the cluster for all else.
          .filter(each -> !each.getFileName().toString().startsWith("unseen-"))
          .filter(SameAsWebhookTest::hasNoGate)
          .sorted()
          .toList();
    }
  }

  /** A pod of a case has its gate already, which it gets from the command otherwise. */
  private static boolean hasNoGate(Path directory) {
    try {
      JsonNode workload = YAML.readTree(directory.resolve("workload.yaml").toFile());
      return !workload.path("kind").asText().equals("Pod")
          || !workload.path("metadata").path("labels").has("sluice.dev/access");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void findingsAreTheSame(Path directory) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("check", "-o", "json", "-f", "workload.yaml", "--resources"));
    words.add("../context.yaml");
    if (Files.exists(directory.resolve("context.yaml"))) {
      words.addAll(List.of("--resources", "context.yaml"));
    }

    Ran ran = Ran.command(directory, "", words.toArray(String[]::new));

    assertThat(ran.status()).as(ran.err()).isIn(0, 3);
    JsonNode expected = YAML.readTree(directory.resolve("verdict.yaml").toFile());
    JsonNode told = JSON.readTree(ran.out()).path("workloads").path(0);
    assertThat(told.path("outcome").asText())
        .isEqualTo(expected.path("outcome").asText().equals("Reject") ? "Refused" : "Admitted");
    Map.of("Refused", "refused", "Warned", "warned", "Recorded", "audited")
        .forEach(
            (consequence, list) -> {
              List<String> wanted = new ArrayList<>();
              expected.path(list).forEach(each -> wanted.add(each.asText()));
              assertThat(sentences(told, consequence)).isEqualTo(wanted);
            });
  }

  private static List<String> sentences(JsonNode workload, String consequence) {
    List<String> sentences = new ArrayList<>();
    for (JsonNode finding : workload.path("findings")) {
      if (finding.path("consequence").asText().equals(consequence)) {
        String container =
            finding.has("container")
                ? "container \"%s\", ".formatted(finding.path("container").asText())
                : "";
        sentences.add(
            "%s: %s%s %s (%s)"
                .formatted(
                    finding.path("code").asText(),
                    container,
                    finding.path("place").asText(),
                    finding.path("reason").asText(),
                    finding.path("rule").asText()));
      }
    }
    return sentences;
  }
}

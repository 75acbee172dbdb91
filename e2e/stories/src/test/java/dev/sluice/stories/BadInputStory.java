package dev.sluice.stories;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Team;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad input gives a condition that names the field and the remedy, changes nothing else, and
 * recovers by itself once mended.
 *
 * <p>Each directory of {@code bad-input} is a case: {@code broken.yaml} and {@code mended.yaml} are
 * applied, {@code expected.txt} has the resource, the reason, and parts of the message.
 */
class BadInputStory {
  private static final String NAMESPACE = "story-bad-input";

  @BeforeAll
  static void governed() {
    Team.governed();
    Team.withoutAccess(NAMESPACE);
  }

  @AfterAll
  static void tidy() {
    Kubectl.run("delete", "namespace", NAMESPACE, "--wait=false").required();
  }

  static List<Path> cases() throws IOException, URISyntaxException {
    var directory = Objects.requireNonNull(BadInputStory.class.getResource("/bad-input"));
    try (var cases = Files.list(Path.of(directory.toURI()))) {
      return cases.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isToldAndRecovers(Path example) throws IOException {
    var expected = Files.readAllLines(example.resolve("expected.txt"), UTF_8);
    var resource = Kubectl.words(expected.getFirst());
    try {
      Kubectl.apply(Files.readString(example.resolve("broken.yaml"), UTF_8));
      await("told")
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertTold(resource, expected.subList(1, expected.size())));
      assertThat(ready("databaseaccess/orders", "-n", "shop")).isEqualTo("True");

      Kubectl.apply(Files.readString(example.resolve("mended.yaml"), UTF_8));
      await("recovered")
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(() -> assertThat(ready(resource)).isEqualTo("True"));
    } finally {
      Kubectl.run(
          "delete",
          "--ignore-not-found",
          "--timeout=60s",
          "-f",
          example.resolve("mended.yaml").toString());
    }
  }

  private static void assertTold(String[] resource, List<String> expected) {
    var condition = Kubectl.condition("Ready", resource);
    assertThat(condition.path("status").asText()).as(condition.toString()).isEqualTo("False");
    assertThat(condition.path("reason").asText()).isEqualTo(expected.getFirst());
    assertThat(condition.path("message").asText()).contains(expected.subList(1, expected.size()));
  }

  private static String ready(String... resource) {
    return Kubectl.condition("Ready", resource).path("status").asText();
  }
}

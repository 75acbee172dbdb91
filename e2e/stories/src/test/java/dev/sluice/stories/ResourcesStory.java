package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Team;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Story 4: four resources are applied, become ready, and read well in a terminal. */
class ResourcesStory {
  @BeforeAll
  static void applied() {
    Team.governed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "database/orders -n databases",
        "databaseaccess/orders -n shop",
        "maskingpolicy/personal-data",
        "enforcementpolicy/shops"
      })
  void isReadyForTheGenerationThatWasApplied(String resource) {
    Kubectl.await("condition=Ready", Kubectl.words(resource));
    var object = Kubectl.get(Kubectl.words(resource));

    assertThat(object.path("status").path("observedGeneration").asLong())
        .isEqualTo(object.path("metadata").path("generation").asLong());
    assertThat(Kubectl.condition("Ready", Kubectl.words(resource)).path("reason").asText())
        .isNotBlank();
  }

  @Test
  void databaseSaysWhatItIs() {
    var lines = lines("get", "database", "-n", "databases");

    assertThat(lines.getFirst().split(" +", -1))
        .containsExactly("NAME", "ENGINE", "HOST", "READY", "GOVERNED", "ACCESSES", "AGE");
    assertThat(lines.get(1).split(" +", -1))
        .startsWith("orders", "PostgreSQL", "orders-db.databases.svc", "True");
  }

  @Test
  void accessSaysWhatIsMasked() {
    var lines = lines("get", "databaseaccess", "-n", "shop");

    assertThat(lines.getFirst().split(" +", -1))
        .contains("NAME", "DATABASE", "READY", "MASKED", "SESSIONS", "AGE");
    assertThat(lines.get(1).split(" +", -1)).startsWith("orders", "orders", "True", "6");
  }

  @Test
  void oneCategoryShowsThemAll() {
    assertThat(lines("get", "sluice", "-A"))
        .anyMatch(line -> line.contains("database.sluice.dev/orders"))
        .anyMatch(line -> line.contains("databaseaccess.sluice.dev/orders"))
        .anyMatch(line -> line.contains("maskingpolicy.sluice.dev/personal-data"))
        .anyMatch(line -> line.contains("enforcementpolicy.sluice.dev/shops"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "databaseaccess/orders -n shop | {'spec': {'databaseRef': {'name': 'other'}}}"
            + " | databaseRef cannot be changed: create another DatabaseAccess",
        "database/orders -n databases | {'spec': {'database': 'other'}}"
            + " | database cannot be changed",
      })
  void whatCannotBeChangedSaysSo(String resource, String change, String answer) {
    var line =
        Stream.concat(
            Stream.of("patch", "--type=merge", "-p", change.replace('\'', '"')),
            Stream.of(Kubectl.words(resource)));

    var refused = Kubectl.run(line.toArray(String[]::new));

    assertThat(refused.isSuccess()).isFalse();
    assertThat(refused.errors()).contains(answer);
  }

  private static List<String> lines(String... words) {
    return Kubectl.run(words).required().output().lines().toList();
  }
}

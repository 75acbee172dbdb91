package dev.sluice.resources.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files are judged without a cluster as an API server judges them: the same resources, with what a
 * real one said, serve the test of the CRDs themselves.
 */
class ResourceSchemasTest {
  private static final Path CASES = Path.of("../crds/src/test/resources");
  private static final ResourceSchemas SCHEMAS = new ResourceSchemas();

  /** The first field that the API server names, and what one of the CRDs' own rules said of it. */
  private static final Pattern UNKNOWN = Pattern.compile("unknown field \"(?<field>[^\"]+)\"");

  private static final Pattern ANSWER =
      Pattern.compile(
          "is invalid: \\[?(?<field>[^:]+): (Invalid value: \"(object|string|array)\":"
              + " (?<rule>.*))?.*",
          Pattern.DOTALL);

  static Stream<Path> valid() throws IOException {
    return files("valid-");
  }

  static Stream<Path> invalid() throws IOException {
    return files("invalid-");
  }

  private static Stream<Path> files(String start) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(CASES)) {
      all.filter(file -> file.getFileName().toString().startsWith(start))
          .filter(file -> file.toString().endsWith(".yaml"))
          // A file has no former state that it could contradict.
          .filter(file -> !file.getFileName().toString().startsWith("invalid-update-"))
          .sorted()
          .forEach(found::add);
    }
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("valid")
  void acceptsWhatAnApiServerAccepts(Path file) throws IOException {
    assertThat(problems(file)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void refusesWhatAnApiServerRefuses(Path file) throws IOException {
    Path answer = Path.of(file.toString().replace(".yaml", ".message.txt"));
    List<FileProblem> problems = problems(file);
    Matcher unknown = UNKNOWN.matcher(Files.readString(answer));
    if (unknown.find()) {
      assertThat(problems).extracting(FileProblem::field).contains(unknown.group("field"));
      return;
    }
    Matcher expected = ANSWER.matcher(Files.readString(answer).strip());
    assertThat(expected.find()).as("%s", Files.readString(answer)).isTrue();
    String field = expected.group("field").replace("<nil>", "");
    assertThat(problems).extracting(FileProblem::field).contains(field);
    String rule = expected.group("rule");
    if (rule != null) {
      assertThat(problems)
          .filteredOn(problem -> problem.field().equals(field))
          .extracting(FileProblem::message)
          .anyMatch(message -> rule.startsWith(message));
    }
    assertThat(problems).allMatch(problem -> problem.line() > 0);
  }

  @Test
  void everyRuleCanBeRead() {
    assertThat(SCHEMAS.allRules())
        .hasSizeGreaterThan(10)
        .filteredOn(rule -> !CelRules.aboutUpdates(rule))
        .allSatisfy(
            rule ->
                assertThatCode(() -> SCHEMAS.rules().compiled(rule)).doesNotThrowAnyException());
  }

  private static List<FileProblem> problems(Path file) throws IOException {
    ResourceFiles files = ResourceFiles.of(file);
    List<FileProblem> problems = new ArrayList<>(files.problems());
    files.documents().forEach(document -> SCHEMAS.check(document, problems));
    return problems;
  }
}

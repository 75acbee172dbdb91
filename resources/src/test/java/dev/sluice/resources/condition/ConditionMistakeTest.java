package dev.sluice.resources.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.policy.plan.ConditionCompiler.ConditionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each condition of {@code refused.txt} is refused with the text below it. */
class ConditionMistakeTest {
  private static final Path CASES = Path.of("src/test/resources/conditions/refused.txt");

  private static final CelConditions CONDITIONS = new CelConditions();

  static List<Arguments> mistakes() throws IOException {
    List<Arguments> mistakes = new ArrayList<>();
    List<String> lines =
        Files.readAllLines(CASES).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    for (int index = 0; index < lines.size(); index += 2) {
      mistakes.add(Arguments.of(lines.get(index), lines.get(index + 1).strip()));
    }
    return mistakes;
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void itsAuthorIsToldWhatIsWrongWhere(String condition, String told) {
    ConditionException refused =
        catchThrowableOfType(
            ConditionException.class, () -> CONDITIONS.compile(condition.replace("\\n", "\n")));

    assertThat(refused).hasMessage(told);
  }
}

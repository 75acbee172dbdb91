package dev.sluice.operator.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.event.EventQuery;
import dev.sluice.policy.event.Event;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on events tells what there is, and nothing else. */
class EventReferenceTest {
  private static final Path PAGE = Path.of("../docs/reference/events.md");
  private static final Pattern NAME = Pattern.compile("`([A-Za-z]+)`");

  @Test
  void parametersAreThoseThatAreTaken() throws IOException {
    assertThat(named("## Parameters"))
        .containsExactlyInAnyOrderElementsOf(EventEndpoint.PARAMETERS)
        .containsExactlyInAnyOrderElementsOf(components(EventQuery.class));
  }

  @Test
  void membersAreThoseOfAnEvent() throws IOException {
    assertThat(named("## Members")).containsExactlyInAnyOrderElementsOf(components(Event.class));
  }

  @Test
  void outcomesAndTypesAreAllTold() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(Event.Outcome.values()).allMatch(outcome -> page.contains("`" + outcome + "`"));
    assertThat(Event.Type.values()).allMatch(type -> page.contains("`" + type + "`"));
  }

  /** The names in the first column of a chapter's table. */
  private static List<String> named(String heading) throws IOException {
    return Files.readString(PAGE)
        .transform(page -> page.substring(page.indexOf(heading) + heading.length()))
        .lines()
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|", -1)[1])
        .flatMap(cell -> NAME.matcher(cell).results())
        .map(found -> found.group(1))
        .toList();
  }

  private static List<String> components(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
  }
}

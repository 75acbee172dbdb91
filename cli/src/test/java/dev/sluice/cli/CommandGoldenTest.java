package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commands without a cluster. A case is a directory with {@code command}, the words after {@code
 * kubectl sluice} as a shell has them, and {@code expected}, the exit status and all that is
 * written; with whatever files the command names, and {@code input} for its standard input. With
 * {@code -Dsluice.golden.update=true} what is expected is written anew, to be read before it is
 * committed.
 */
class CommandGoldenTest {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  static List<Path> cases() throws IOException {
    try (Stream<Path> all = Files.list(CASES)) {
      return all.filter(each -> Files.exists(each.resolve("command"))).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void commandDoesAsExpected(Path directory) throws IOException {
    Path input = directory.resolve("input");
    Ran ran =
        Ran.command(
            directory,
            Files.exists(input) ? Files.readString(input) : "",
            words(Files.readString(directory.resolve("command"))));

    Path expected = directory.resolve("expected");
    if (Boolean.getBoolean("sluice.golden.update")) {
      Files.writeString(expected, ran.told());
    }
    assertThat(ran.told()).isEqualTo(Files.exists(expected) ? Files.readString(expected) : "");
  }

  private static String[] words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      String single = matcher.group(1);
      String quoted = single == null ? matcher.group(2) : single;
      words.add(quoted == null ? matcher.group(3) : quoted);
    }
    return words.toArray(String[]::new);
  }
}

package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Keeps the committed page about the commands equal to what {@code --help} says. */
class UsagePageTest {
  private static final Path COMMITTED = Path.of("../docs/reference/kubectl-sluice.md");

  @Test
  void committedPageIsCurrent() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # kubectl sluice

            What each command says of itself with `--help`. This page is made from the program. How the commands are
            used tells [the how-to](../how-to/command-line.md).
            """);
    describe(
        Sluice.commands(
            new Surroundings(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream()),
                Path.of(""),
                Map.of(),
                Clock.systemUTC())),
        page);
    if (Boolean.getBoolean("sluice.crds.update")) {
      Files.writeString(COMMITTED, page);
    }
    assertThat(COMMITTED)
        .as("run `make generate` and commit the result")
        .hasContent(page.toString());
  }

  private static void describe(CommandLine command, StringBuilder page) {
    if (command.getParent() != null) {
      page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append('\n');
    }
    page.append("\n```\n").append(command.getUsageMessage(Ansi.OFF)).append("```\n");
    command.getSubcommands().values().forEach(each -> describe(each, page));
  }
}

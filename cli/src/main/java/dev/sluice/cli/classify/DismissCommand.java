package dev.sluice.cli.classify;

import dev.sluice.cli.Surroundings;
import picocli.CommandLine.Command;

/** {@code kubectl sluice suggestions dismiss}. */
@Command(
    name = "dismiss",
    description = "Says in spec.classifications that columns hold nothing sensitive: class none.")
final class DismissCommand extends VerdictCommand {
  DismissCommand(Surroundings surroundings) {
    super(surroundings, Suggestion::dismissed);
  }
}

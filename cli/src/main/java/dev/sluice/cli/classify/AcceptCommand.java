package dev.sluice.cli.classify;

import dev.sluice.cli.Surroundings;
import picocli.CommandLine.Command;

/** {@code kubectl sluice suggestions accept}. */
@Command(
    name = "accept",
    description = "Says in spec.classifications that columns hold what is suggested.")
final class AcceptCommand extends VerdictCommand {
  AcceptCommand(Surroundings surroundings) {
    super(surroundings, Suggestion::accepted);
  }
}

package dev.sluice.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice completion}. */
@Command(
    name = "completion",
    description = {
      "Writes what a shell needs to complete the program kubectl-sluice.",
      "",
      "For this shell: source <(kubectl sluice completion bash). kubectl itself completes \"kubectl"
          + " sluice\" by the program kubectl_complete-sluice, which lies beside this one."
    })
final class CompletionCommand implements Callable<Integer> {
  /** Shells that there is a script for. */
  enum Shell {
    bash,
    zsh
  }

  private final Surroundings surroundings;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh, which takes the same script.")
  private Shell shell = Shell.bash;

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash("kubectl-sluice", Sluice.commands(surroundings));
    surroundings
        .out()
        .print(
            switch (shell) {
              case bash -> script;
              case zsh -> "autoload -U +X bashcompinit && bashcompinit\n" + script;
            });
    return Exit.DONE.code();
  }
}

package dev.sluice.cli;

import dev.sluice.cli.check.CheckCommand;
import dev.sluice.cli.classify.ClassifyCommand;
import dev.sluice.cli.classify.SuggestionsCommand;
import dev.sluice.cli.explain.ExplainCommand;
import dev.sluice.cli.mask.MasksCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code kubectl-sluice}, which kubectl runs for {@code kubectl sluice}. */
@Command(
    name = "kubectl sluice",
    description = "Looks at what Sluice governs, before it happens and as it is.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Every command tells its exit status with --help. Errors and notes go to standard error."
    })
public final class Sluice implements Runnable {
  private static final int WIDTH = 100;

  @Spec private @Nullable CommandSpec spec;

  private Sluice() {}

  /**
   * Runs one command.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    Map<String, String> environment = System.getenv();
    int status =
        run(
            new Surroundings(System.in, out, err, Path.of(""), environment, Clock.systemUTC()),
            arguments);
    out.flush();
    err.flush();
    System.exit(status);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /**
   * Runs one command.
   *
   * @param surroundings what it has around it
   * @param arguments the words after {@code kubectl sluice}
   * @return its exit status
   */
  public static int run(Surroundings surroundings, String... arguments) {
    if (arguments.length > 0 && arguments[0].equals(Completions.WORD)) {
      surroundings
          .out()
          .print(
              Completions.of(
                  commands(surroundings), List.of(arguments).subList(1, arguments.length)));
      return Exit.DONE.code();
    }
    return commands(surroundings).execute(arguments);
  }

  /** All commands. */
  static CommandLine commands(Surroundings surroundings) {
    // SQL may begin with a comment, which looks like an option.
    CommandLine explain =
        new CommandLine(new ExplainCommand(surroundings))
            .setUnmatchedOptionsArePositionalParams(true);
    CommandLine commands =
        new CommandLine(new Sluice())
            .addSubcommand(explain)
            .addSubcommand(new CheckCommand(surroundings))
            .addSubcommand(new MasksCommand(surroundings))
            .addSubcommand(SuggestionsCommand.commands(surroundings))
            .addSubcommand(new ClassifyCommand(surroundings))
            .addSubcommand(new CompletionCommand(surroundings))
            .addSubcommand(new VersionCommand(surroundings));
    withHelp(commands);
    return commands
        .setUsageHelpWidth(WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((mistake, _) -> mistaken(mistake, surroundings))
        .setExecutionExceptionHandler((thrown, _, _) -> failed(thrown, surroundings));
  }

  private static void withHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Tells how this is used.")
                .build());
    command.getSubcommands().values().forEach(Sluice::withHelp);
  }

  private static int mistaken(ParameterException mistake, Surroundings surroundings) {
    surroundings.err().println("error: " + sentence(mistake.getMessage()));
    surroundings
        .err()
        .println(
            "See: %s --help".formatted(mistake.getCommandLine().getCommandSpec().qualifiedName()));
    return Exit.USAGE.code();
  }

  private static int failed(Exception thrown, Surroundings surroundings) {
    if (thrown instanceof Failure failure) {
      surroundings.err().println("error: " + failure.sentence());
      return failure.exit().code();
    }
    surroundings.err().println("error: this should not have happened: " + thrown);
    if (surroundings.environment().containsKey("SLUICE_TRACE")) {
      thrown.printStackTrace(surroundings.err());
    } else {
      surroundings.err().println("With SLUICE_TRACE=1 it tells where. Please report it.");
    }
    return Exit.FAILED.code();
  }

  private static String sentence(@Nullable String message) {
    String text = message == null || message.isBlank() ? "the command line is wrong" : message;
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "say which command");
    }
  }
}

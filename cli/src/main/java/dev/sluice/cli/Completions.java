package dev.sluice.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;

/** What may follow on a command line, as kubectl asks the completions of its plugins. */
final class Completions {
  /** The first word of the question. */
  static final String WORD = "__complete";

  /** Nothing is known: the shell completes files. */
  private static final String FILES = ":0";

  /** What is told is all. */
  private static final String NO_FILES = ":4";

  private Completions() {}

  /**
   * What the last word may become, a line each, and then what the shell does itself.
   *
   * @param commands all commands
   * @param words the words so far, of which the last one is not finished and may be empty
   */
  static String of(CommandLine commands, List<String> words) {
    if (words.isEmpty()) {
      return FILES + "\n";
    }
    String last = words.getLast();
    List<CharSequence> endings = new ArrayList<>();
    AutoComplete.complete(
        commands.getCommandSpec(),
        words.toArray(String[]::new),
        words.size() - 1,
        last.length(),
        0,
        endings);
    String lines =
        endings.stream()
            .map(ending -> last + ending)
            .filter(word -> !word.isBlank())
            .distinct()
            .sorted()
            .map(word -> word + "\n")
            .collect(Collectors.joining());
    return lines + (lines.isEmpty() ? FILES : NO_FILES) + "\n";
  }
}

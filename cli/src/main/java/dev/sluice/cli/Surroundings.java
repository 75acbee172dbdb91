package dev.sluice.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * What a command has around it.
 *
 * @param in its standard input
 * @param out what it was asked for
 * @param err what else it has to say
 * @param directory where relative paths begin
 * @param environment the variables
 * @param clock the time
 */
public record Surroundings(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Path directory,
    Map<String, String> environment,
    Clock clock) {
  /** An immutable copy of the variables. */
  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** A path as it was given. */
  public Path path(String given) {
    return directory.resolve(given);
  }

  /** Says something beside the result. */
  public void note(String sentence) {
    err.println("note: " + sentence);
  }
}

package dev.sluice.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;

/** Runs several commands in one process, so that what they load and link can be remembered. */
final class Rehearsal {
  private Rehearsal() {}

  /**
   * Runs commands, and throws away what they write.
   *
   * @param commands each the words of a command, separated by single blanks
   */
  public static void main(String[] commands) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Surroundings surroundings =
        new Surroundings(
            InputStream.nullInputStream(),
            nowhere,
            nowhere,
            Path.of(""),
            Map.of(),
            Clock.systemUTC());
    Arrays.stream(commands).forEach(each -> Sluice.run(surroundings, each.split(" ", -1)));
  }
}

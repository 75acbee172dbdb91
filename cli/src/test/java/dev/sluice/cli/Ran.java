package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * What became of a command.
 *
 * @param status its exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record Ran(int status, String out, String err) {
  /** The time at which all commands run. */
  public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  /**
   * Runs a command.
   *
   * @param directory where
   * @param input what is at its standard input
   * @param arguments its words
   */
  public static Ran command(Path directory, String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Sluice.run(
            new Surroundings(
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                directory,
                Map.of("HOME", "/home/somebody", "SLUICE_TRACE", "1"),
                Clock.fixed(NOW, ZoneOffset.UTC)),
            arguments);
    return new Ran(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** Status, output and errors as golden files have them. */
  String told() {
    return "exit %d\n%s%s".formatted(status, out, err.isEmpty() ? "" : "--- stderr\n" + err);
  }
}

package dev.sluice.stories.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Programs as a person runs them, in the project's root directory. */
public final class Command {
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final Path ROOT = Path.of(System.getProperty("sluice.root", ".")).toAbsolutePath();

  private Command() {}

  /**
   * What a program answered.
   *
   * @param line the command line
   * @param status its exit status
   * @param output what it wrote to standard output
   * @param errors what it wrote to standard error
   */
  public record Answer(List<String> line, int status, String output, String errors) {
    /** An immutable copy. */
    public Answer {
      line = List.copyOf(line);
    }

    /** Both outputs, errors last. */
    public String text() {
      return output + errors;
    }

    /** Whether its exit status is 0. */
    public boolean isSuccess() {
      return status == 0;
    }

    /**
     * This answer, of a program that had to succeed.
     *
     * @throws AssertionError when it did not
     */
    public Answer required() {
      if (!isSuccess()) {
        throw new AssertionError(
            "%s%nended with status %d:%n%s".formatted(String.join(" ", line), status, text()));
      }
      return this;
    }
  }

  /** The project's root directory. */
  public static Path root() {
    return ROOT;
  }

  /**
   * Runs a program to its end.
   *
   * @param input its standard input
   * @param environment more variables than it inherits
   * @param line the program and its arguments
   */
  public static Answer run(String input, Map<String, String> environment, List<String> line) {
    try {
      var process = start(environment, line).start();
      var errors = inBackground(process.getErrorStream());
      var output = inBackground(process.getInputStream());
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(UTF_8));
      }
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not end within %s".formatted(String.join(" ", line), LONGEST));
      }
      return new Answer(line, process.exitValue(), output.join(), errors.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A program that is about to be started, in the root directory. */
  public static ProcessBuilder start(Map<String, String> environment, List<String> line) {
    var builder = new ProcessBuilder(line).directory(ROOT.toFile());
    builder.environment().putAll(environment);
    return builder;
  }

  /** On a thread of its own: a program that fills one pipe waits until it is read. */
  private static CompletableFuture<String> inBackground(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> read(stream), reading -> Thread.ofPlatform().daemon().start(reading));
  }

  private static String read(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

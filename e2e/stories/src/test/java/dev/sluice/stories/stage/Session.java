package dev.sluice.stories.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A session of psql in a console's pod that stays open between statements. */
public final class Session implements AutoCloseable {
  private static final String END = "-- end of answer --";
  private static final String ENDED = "-- psql has ended --";
  private static final int SECONDS_FOR_AN_ANSWER = 40;

  private final Process process;
  private final Writer input;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Session(Process process) {
    this.process = process;
    this.input = process.outputWriter(UTF_8);
    Thread.ofVirtual().start(() -> readLines(process.inputReader(UTF_8)));
  }

  static Session open(String namespace) {
    var line =
        List.of(
            Kubectl.program(),
            "-n",
            namespace,
            "exec",
            "-i",
            "deploy/console",
            "-c",
            "console",
            "--",
            "sh",
            "-c",
            // Line by line, errors in their place. Without `exec`: the shell keeps the error stream
            // open, and
            // with it the connection of kubectl.
            "stdbuf -oL psql -X -At 2>&1; true");
    try {
      return new Session(Command.start(Map.of(), line).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a statement and gives what psql prints, rows or error. After the end of psql, its last
   * words.
   *
   * @param statement without a semicolon at its end
   */
  public String ask(String statement) {
    try {
      input.write("%s;%n\\echo %s%n".formatted(statement, END));
      input.flush();
    } catch (IOException e) {
      return "psql has ended: " + e.getMessage();
    }
    return answer();
  }

  private String answer() {
    var text = new StringBuilder();
    try {
      while (true) {
        var line = lines.poll(SECONDS_FOR_AN_ANSWER, TimeUnit.SECONDS);
        if (line == null) {
          throw new AssertionError(
              "psql did not answer within %d s; so far it said: %s"
                  .formatted(SECONDS_FOR_AN_ANSWER, text));
        }
        if (line.equals(END)) {
          return text.toString().strip();
        }
        text.append(line).append('\n');
        if (line.equals(ENDED)) {
          return text.toString().strip();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void readLines(BufferedReader output) {
    try (output) {
      output.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add(e.toString());
    }
    lines.add(ENDED);
  }

  /** Ends psql. */
  @Override
  public void close() {
    process.destroy();
  }
}

package dev.sluice.operator.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A running gate. */
final class GateProcess {
  private static final int DRAIN_SECONDS = 5;

  private final Process process;

  private GateProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a gate.
   *
   * @param options the program, the access and where it listens
   * @param control the directory with bundle and credential
   * @param serviceAccount who events are about
   * @param events receives the lines of its events
   * @param log receives the lines that it says of itself
   * @throws IOException where the program cannot be started
   */
  static GateProcess start(
      Options options,
      Path control,
      String serviceAccount,
      Consumer<String> events,
      Consumer<String> log)
      throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    options.gate().toString(),
                    "--control",
                    control.toString(),
                    "--access",
                    options.access() + "=" + options.listen(),
                    "--events",
                    "-",
                    "--spool",
                    control.resolve("spool").toString(),
                    "--drain",
                    String.valueOf(DRAIN_SECONDS),
                    "--namespace",
                    options.access().substring(0, options.access().indexOf('/')),
                    "--service-account",
                    serviceAccount,
                    "--pod",
                    "try",
                    "--pod-uid",
                    "try"))
            .start();
    follow(process.getInputStream(), events, "events of the gate");
    follow(process.getErrorStream(), log, "log of the gate");
    return new GateProcess(process);
  }

  private static void follow(InputStream stream, Consumer<String> lines, String name) {
    Thread.ofPlatform()
        .name(name)
        .daemon()
        .start(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /** Completes with the exit status when it ends. */
  CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Ends it and waits until it has. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(2 * DRAIN_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      process.waitFor();
    }
  }
}

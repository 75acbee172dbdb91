package dev.sluice.sidecar;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** Runs a gate until it is told to end. */
public final class Main {
  /** Enough for relaying; statements are parsed on other threads. */
  private static final long STACK = 256 * 1024;

  private Main() {}

  /**
   * Runs a gate.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Consumer<String> log =
        text ->
            err.println(Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MILLIS) + " " + text);
    if (arguments.length == 1 && arguments[0].equals("--help")) {
      err.print(Settings.USAGE);
      return;
    }
    Gate gate;
    try {
      ThreadFactory threads =
          task -> {
            Thread thread = new Thread(null, task, "session", STACK);
            thread.setDaemon(true);
            return thread;
          };
      gate = new Gate(Settings.read(arguments, System.getenv()), Clock.systemUTC(), threads, log);
    } catch (IllegalArgumentException wrong) {
      err.println("gate: " + wrong.getMessage());
      err.print(Settings.USAGE);
      System.exit(2);
      return;
    } catch (IOException failure) {
      err.println("gate: " + failure);
      System.exit(1);
      return;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  gate.close();
                  ended.countDown();
                },
                "end"));
    log.accept("the gate listens on " + gate.addresses());
    ended.await();
  }
}

package dev.sluice.sidecar.spool;

import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A process with a spool, for what cannot be tried within one. It tells of itself line by line. */
final class SpoolProcess {
  private SpoolProcess() {}

  /** {@code write DIRECTORY} or {@code fill DIRECTORY}. */
  static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "write" -> write(directory);
      case "fill" -> fill(directory);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Starts one. */
  static Process start(List<String> before, String task, Path directory) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx24m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            SpoolProcess.class.getName(),
            task,
            directory.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  static Draft draft(int number) {
    return new Draft(
        Instant.parse("2026-11-22T19:00:00Z").plusMillis(number),
        Event.Type.STATEMENT,
        new Draft.Subject("shop/orders", "databases/orders", "p", "1", 2, "app"),
        null,
        number,
        -1,
        Event.Outcome.ALLOWED,
        null,
        null,
        null,
        null);
  }

  /** Writes events in groups until it is killed, and tells the number of each that was written. */
  private static void write(Path directory) throws IOException {
    try (Spool spool = open(directory, 1 << 30)) {
      for (int number = 0; ; number += 3) {
        spool.append(List.of(draft(number), draft(number + 1), draft(number + 2)));
        tell(String.valueOf(number + 2));
      }
    }
  }

  /** Fills a small disk, makes room on it, and goes on. */
  private static void fill(Path directory) throws IOException, InterruptedException {
    Path other = directory.resolve("other");
    Files.write(other, new byte[64 * 1024]);
    try (Spool spool = open(directory.resolve("spool"), 1 << 30)) {
      int written = 0;
      while (spool.appendIfRoom(List.of(draft(written)))) {
        written++;
      }
      tell("full after " + written);
      if (spool.appendIfRoom(List.of(draft(written)))) {
        throw new IllegalStateException("it is not full");
      }
      CountDownLatch room = new CountDownLatch(1);
      spool.onRoom(room::countDown);
      Files.delete(other);
      room.await();
      while (!spool.appendIfRoom(List.of(draft(written)))) {
        throw new IllegalStateException("there is no room");
      }
      tell("room again");
      int number = 0;
      for (Batch batch = spool.peek(100, 0); batch != null; batch = spool.peek(100, 0)) {
        for (String line : new String(batch.lines(), StandardCharsets.UTF_8).split("\n", -1)) {
          if (!line.isEmpty() && !line.contains("\"rows\":" + number++ + ",")) {
            throw new IllegalStateException("event %d is missing".formatted(number));
          }
        }
        spool.acknowledge(batch);
      }
      tell("read " + number);
    }
  }

  private static Spool open(Path directory, long capacity) throws IOException {
    return new Spool(
        directory,
        new Witness("ns", "sa", "pod", "uid"),
        capacity,
        Sha256::ofTheRuntime,
        OutputStream.nullOutputStream(),
        System.err::println);
  }

  @SuppressWarnings("SystemOut")
  private static void tell(@Nullable String line) {
    System.out.println(line);
    System.out.flush();
  }
}

package dev.sluice.sidecar.fuzz;

import dev.sluice.fixtures.FreePorts;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hostile clients and lying servers at a gate that is a process of its own, with the memory that
 * its image gives it, for long. Arguments are the seed, how many messages each side sends, how many
 * KiB the process may have, and the command that starts a gate.
 */
final class FuzzRun {
  private static final String DATABASE = "fuzz";

  private final long seed;
  private final long messages;
  private final long limit;
  private final List<String> command;
  private long most;

  private FuzzRun(long seed, long messages, long limit, List<String> command) {
    this.seed = seed;
    this.messages = messages;
    this.limit = limit;
    this.command = command;
  }

  /** Runs both sides; ends with 1 where something was wrong. */
  public static void main(String[] arguments) throws Exception {
    FuzzRun run =
        new FuzzRun(
            Long.parseLong(arguments[0]),
            Long.parseLong(arguments[1]),
            Long.parseLong(arguments[2]),
            Arrays.asList(arguments).subList(3, arguments.length));
    List<String> complaints = new ArrayList<>();
    complaints.addAll(run.side("hostile clients, governed", true, false, false));
    complaints.addAll(run.side("hostile clients, plain", true, false, true));
    complaints.addAll(run.side("a lying server", false, true, false));
    complaints.addAll(run.side("both", true, true, false));
    System.exit(complaints.isEmpty() ? 0 : 1);
  }

  private List<String> side(String name, boolean hostile, boolean lies, boolean plain)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("sluice-fuzz");
    Path log = directory.resolve("gate.log");
    int port = FreePorts.next();
    most = 0;
    try (FakeServer server = new FakeServer(lies, seed)) {
      Process gate = start(directory, log, port, bundle(server.port(), plain));
      try {
        long begun = System.nanoTime();
        Fuzzing fuzzing = new Fuzzing(port, DATABASE, server, hostile);
        List<String> complaints =
            new ArrayList<>(
                fuzzing.run(messages, seed, () -> gate.isAlive() && resident(gate) <= limit));
        complaints.addAll(after(gate, server, log));
        System.out.printf(
            "%s, seed %d: %,d messages in %d s, at most %d MiB: %s%n",
            name,
            seed,
            fuzzing.done(),
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun),
            most / 1024,
            complaints.isEmpty() ? "nothing was wrong" : complaints);
        return complaints;
      } finally {
        gate.destroyForcibly().waitFor();
      }
    }
  }

  private List<String> after(Process gate, FakeServer server, Path log)
      throws IOException, InterruptedException {
    List<String> complaints = new ArrayList<>();
    if (!gate.isAlive()) {
      complaints.add("the gate has ended with " + gate.exitValue());
    } else if (most > limit) {
      complaints.add("the gate has %d KiB".formatted(most));
    } else if (!empties(server)) {
      complaints.add("%d sessions did not end".formatted(server.open()));
    }
    for (String line : Files.readAllLines(log)) {
      if (line.contains("Exception")
          || line.contains("Error")
          || line.contains("should not have")) {
        complaints.add("the gate's log: " + line);
        break;
      }
    }
    return complaints;
  }

  private static boolean empties(FakeServer server) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (server.open() > 0) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  private Process start(Path directory, Path log, int port, Bundle bundle)
      throws IOException, InterruptedException {
    Path control = Files.createDirectory(directory.resolve("control"));
    Files.writeString(
        control.resolve("bundle.json"), Jsonb.instance().type(Bundle.class).toJson(bundle));
    Instant now = Instant.now();
    Files.writeString(
        control.resolve("credentials.json"),
        Jsonb.instance()
            .type(Credential.class)
            .toJson(new Credential("gate", "secret", now, now.plus(Duration.ofDays(1)))));
    List<String> words = new ArrayList<>(command);
    words.addAll(
        List.of(
            "--control",
            control.toString(),
            "--access",
            "shop/orders=127.0.0.1:" + port,
            "--spool",
            directory.resolve("spool").toString()));
    Process gate =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (!answers(port)) {
      if (!gate.isAlive()) {
        throw new IOException("the gate does not start:\n" + Files.readString(log));
      }
      Thread.sleep(20);
    }
    return gate;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  /** Memory of a process, in KiB, as the kernel counts it. */
  private long resident(Process process) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", process.pid() + "", "status"))) {
        if (line.startsWith("VmHWM:")) {
          most = Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException _) {
      // It has ended.
    }
    return most;
  }

  private static Bundle bundle(int port, boolean plain) {
    return new Bundle(
        Bundle.FORMAT,
        "1",
        Bundle.State.ACTIVE,
        "",
        "shop/orders",
        "databases/orders",
        "fuzz",
        new Bundle.Target(
            "PostgreSQL",
            List.of(new Bundle.Endpoint("127.0.0.1", port)),
            DATABASE,
            new Bundle.Tls(Bundle.TlsMode.DISABLE, null),
            "15"),
        plain ? "" : "orders_group",
        plain ? List.of() : List.of("orders_group", "public"),
        plain,
        plain
            ? List.of()
            : List.of(
                new Bundle.Relation(
                    "public",
                    "customers",
                    "orders_group",
                    false,
                    List.of("SELECT", "INSERT", "UPDATE"),
                    List.of(
                        new Bundle.Column("id", "integer", null, null),
                        new Bundle.Column("name", "text", null, null),
                        new Bundle.Column("ssn", "text", "pii.national-id", "KeepLast")))),
        List.of(),
        new Bundle.SessionLimits(200, 0, 0, null),
        Bundle.Revocation.FINISH_STATEMENT,
        plain);
  }
}

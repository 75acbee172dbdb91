package dev.sluice.operator.local;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.StandardEngines;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tries resource files against a real database through a real gate, without a cluster. */
public final class Try {
  private static final int REFUSED = 2;
  private static final int GATE_FAILED = 1;

  /** What an editor does to save a file is over after this. */
  private static final long SETTLE_MILLIS = 150;

  private static final long LONGEST_WAIT_SECONDS = 30;
  private static final int TAKE_BACK_TRIES = 5;

  private final Options options;
  private final PrintStream out;
  private final Clock clock;
  private boolean ending;
  private final CountDownLatch ended = new CountDownLatch(1);

  private Try(Options options, PrintStream out, Clock clock) {
    this.options = options;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Runs until Ctrl-C.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    if (arguments.length == 1 && arguments[0].equals("--help")) {
      out.print(Options.USAGE);
      return;
    }
    int status;
    try {
      status = new Try(Options.read(arguments, System.getenv()), out, Clock.systemUTC()).run();
    } catch (IllegalArgumentException e) {
      out.println("try: " + e.getMessage());
      out.print(Options.USAGE);
      status = REFUSED;
    }
    System.exit(status);
  }

  private int run() throws IOException, InterruptedException {
    if (!Files.isDirectory(options.resources())) {
      out.println("try: there is no directory " + options.resources());
      return REFUSED;
    }
    if (!Files.isExecutable(options.gate())) {
      out.println("try: %s is not a program".formatted(options.gate()));
      return REFUSED;
    }
    SecureRandom random = new SecureRandom();
    DatabaseEngine engine =
        new StandardEngines(new Passwords(random), clock)
            .engine(DatabaseSpec.Engine.PostgreSQL, options.database().connection());
    Thread main = Thread.currentThread();
    ControlDirectory control = ControlDirectory.create();
    byte[] hashKey = new byte[32];
    random.nextBytes(hashKey);
    Trial trial =
        new Trial(
            options, engine, control, clock, out, Base64.getEncoder().encodeToString(hashKey));
    // Before anything is made in the database, so that whatever was is taken back.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(main), "end"));
    try (WatchService watch = options.resources().getFileSystem().newWatchService()) {
      // Watching begins before reading, so that no edit is missed.
      options
          .resources()
          .register(
              watch,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
      return trial.apply() ? gate(trial, control, watch) : REFUSED;
    } finally {
      uninterrupted();
      try {
        takeBack(trial);
        control.remove();
      } finally {
        ended.countDown();
      }
    }
  }

  /** A database may be busy for a moment, and nobody comes later to tidy up. */
  private void takeBack(Trial trial) throws InterruptedException {
    Optional<String> role = trial.role();
    if (options.keep() && role.isPresent()) {
      out.println(
          "Role and schema %s stay in the database; another run without --keep removes them."
              .formatted(role.get()));
    } else {
      for (int left = TAKE_BACK_TRIES; !trial.takeBack() && left > 1; left--) {
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private int gate(Trial trial, ControlDirectory control, WatchService watch)
      throws IOException, InterruptedException {
    EventPrinter printer = new EventPrinter(out, options.json(), ZoneId.systemDefault());
    GateProcess gate =
        GateProcess.start(
            options,
            control.path(),
            trial.serviceAccount(),
            printer::print,
            line -> out.println("gate: " + line));
    Thread main = Thread.currentThread();
    AtomicBoolean failed = new AtomicBoolean();
    // It completes exceptionally never: the end of a process is a status.
    var _ = gate.ended().thenAccept(status -> interrupt(main, () -> failed.set(true)));
    out.println(
        "psql \"postgresql://%s@%s/%s?sslmode=disable\"    (Ctrl-C ends)"
            .formatted(
                options.access().substring(options.access().indexOf('/') + 1),
                options.listen(),
                options.database().connection().database()));
    try {
      follow(trial, watch);
      return GATE_FAILED;
    } catch (InterruptedException e) {
      if (failed.get()) {
        out.println("The gate has ended by itself.");
      }
      return failed.get() ? GATE_FAILED : 0;
    } finally {
      uninterrupted();
      gate.stop();
    }
  }

  private void follow(Trial trial, WatchService watch) throws IOException, InterruptedException {
    while (true) {
      Duration wait = Duration.between(clock.instant(), soonest(trial));
      WatchKey key = watch.poll(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS);
      if (key == null) {
        trial.tick();
      } else {
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        key.pollEvents();
        key.reset();
        trial.apply();
      }
    }
  }

  private Instant soonest(Trial trial) {
    Instant longest = clock.instant().plusSeconds(LONGEST_WAIT_SECONDS);
    Instant next = trial.next();
    return next.isBefore(longest) ? next : longest;
  }

  /** Ends everything in the thread that began it, and keeps the process until that is done. */
  private void end(Thread main) {
    interrupt(main, () -> {});
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Interrupts once at most, and never the cleaning up. */
  private synchronized void interrupt(Thread main, Runnable before) {
    if (!ending) {
      ending = true;
      before.run();
      main.interrupt();
    }
  }

  /** From here on nothing interrupts this thread. */
  private synchronized void uninterrupted() {
    ending = true;
    Thread.interrupted();
  }
}

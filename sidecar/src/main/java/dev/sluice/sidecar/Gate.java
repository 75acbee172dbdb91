package dev.sluice.sidecar;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.statement.SessionFacts;
import dev.sluice.sidecar.control.BundleKeeper;
import dev.sluice.sidecar.control.ControlPlane;
import dev.sluice.sidecar.control.CredentialKeeper;
import dev.sluice.sidecar.control.DirectoryControlPlane;
import dev.sluice.sidecar.control.EventPoster;
import dev.sluice.sidecar.control.HttpControlPlane;
import dev.sluice.sidecar.control.TrustFile;
import dev.sluice.sidecar.session.ClientTls;
import dev.sluice.sidecar.session.Entrance;
import dev.sluice.sidecar.session.Grant;
import dev.sluice.sidecar.session.Hub;
import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.spool.Spool;
import dev.sluice.sidecar.spool.Witness;
import dev.sluice.sidecar.wire.Ends;
import dev.sluice.sidecar.wire.Unacknowledged;
import dev.sluice.sql.postgres.Limits;
import dev.sluice.sql.postgres.SqlAnalyzer;
import dev.sluice.sql.postgres.grammar.PgQueryLibrary;
import io.avaje.jsonb.Jsonb;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A running gate: its grants, its spool, and the threads that keep them. */
final class Gate implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(500);

  /** Ten seconds between looks for peers that vanished. */
  private static final int TICKS_BETWEEN_LOOKS = 20;

  /** For sessions that were told to end. */
  private static final Duration FINISHING = Duration.ofSeconds(2);

  /** For posting at the end, however much time sessions took. */
  private static final Duration POSTING = Duration.ofSeconds(2);

  private final Settings settings;
  private final Clock clock;
  private final Consumer<String> log;
  private final SqlAnalyzer analyzer;
  private final Spool spool;
  private final EventPoster poster;
  private final Hub hub;
  private final Thread relay;
  private final List<Grant> grants = new ArrayList<>();
  private final List<Entrance> entrances = new ArrayList<>();
  private final List<Thread> keepers = new ArrayList<>();
  private final Unacknowledged unacknowledged =
      new Unacknowledged(List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6")));
  private final Queue<Draft> told = new ConcurrentLinkedQueue<>();
  private final @Nullable Health health;
  private @Nullable String lastFailure;
  private volatile boolean ending;

  /**
   * Starts one.
   *
   * @param settings how
   * @param clock tells when events happened
   * @param threads makes the threads of sessions
   * @param log takes sentences for the person who runs it
   * @throws IOException where a port or the spool cannot be had
   */
  Gate(Settings settings, Clock clock, ThreadFactory threads, Consumer<String> log)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.log = log;
    SecureRandom random = new SecureRandom();
    OutputStream print =
        settings.printEvents()
            ? new FileOutputStream(FileDescriptor.out)
            : OutputStream.nullOutputStream();
    // Beside all the rest, since it takes as long; no statement comes before it.
    CompletableFuture<PgQueryLibrary> library =
        CompletableFuture.supplyAsync(
            PgQueryLibrary::load, Thread.ofPlatform().name("grammar").daemon()::start);
    spool =
        new Spool(
            settings.spool(),
            settings.witness(),
            settings.spoolLimit(),
            () -> library.join().sha256(),
            print,
            log);
    ControlPlane control = control(settings.control());
    poster =
        new EventPoster(
            spool,
            control,
            settings.accesses().stream().map(Settings.Access::name).distinct().toList(),
            clock,
            random,
            log);
    keeper("events", poster);
    hub = new Hub(spool, log);
    relay = keeper(Thread.ofPlatform().stackSize(Hub.STACK_BYTES), "relay", hub);
    CompletableFuture<SqlAnalyzer> grammar = new CompletableFuture<>();
    Settings.Tls files = settings.tls();
    ClientTls tls = files == null ? null : new ClientTls(files.certificate(), files.key(), log);
    Map<String, Grant> byName = new HashMap<>();
    for (Settings.Access access : settings.accesses()) {
      Grant grant = byName.get(access.name());
      if (grant == null) {
        grant = grant(access.name(), grammar::join, control, random);
        byName.put(access.name(), grant);
      }
      entrances.add(new Entrance(grant, access.address(), tls, hub, spool, clock, threads, log));
    }
    analyzer = new SqlAnalyzer(library.join(), Limits.DEFAULT);
    grammar.complete(analyzer);
    entrances.forEach(Entrance::open);
    keeper("limits", this::keepWithinLimits);
    InetSocketAddress address = settings.health();
    health = address == null ? null : new Health(address, this::fault, this::hindrance);
  }

  private Grant grant(
      String access, Supplier<SqlAnalyzer> grammar, ControlPlane control, SecureRandom random) {
    Witness witness = settings.witness();
    Grant grant =
        new Grant(
            access,
            grammar,
            random,
            new SessionFacts(witness.serviceAccount(), witness.pod(), "", "", ""),
            clock);
    grants.add(grant);
    CredentialKeeper credentials =
        new CredentialKeeper(
            grant, control, _ -> event(grant, Event.Type.CREDENTIAL_ROTATED, null), random, log);
    grant.onCredentialRefused(credentials::renewNow);
    keeper("bundle", new BundleKeeper(grant, control, this::bundleApplied, random, log));
    keeper("credential", credentials);
    return grant;
  }

  /** The ports of its addresses, in their order; -1 for a Unix socket. */
  List<Integer> ports() {
    return entrances.stream().map(Entrance::port).toList();
  }

  /** Where it listens, in the order of its settings. */
  List<SocketAddress> addresses() {
    return settings.accesses().stream().map(Settings.Access::address).toList();
  }

  /** The port of its health; -1: it has none. */
  int healthPort() {
    return health == null ? -1 : health.port();
  }

  /** What only a restart mends; empty: nothing. */
  Optional<String> fault() {
    return keepers.stream()
        .filter(keeper -> !keeper.isAlive() && !ending)
        .findFirst()
        .map(keeper -> "the thread %s has ended".formatted(keeper.getName()));
  }

  /** What keeps it from being ready; empty: nothing. */
  Optional<String> hindrance() {
    if (ending) {
      return Optional.of("it is shutting down");
    }
    return grants.stream()
        .filter(grant -> !grant.isReady())
        .findFirst()
        .map(
            grant ->
                grant.bundle() == null
                    ? "no bundle of %s yet".formatted(grant.access())
                    : "no credential of %s yet".formatted(grant.access()));
  }

  /**
   * Ends it: sessions may finish for a while, what still runs then is ended, and events are posted
   * if the control plane is there.
   */
  @Override
  public void close() {
    ending = true;
    long end = in(Duration.ofSeconds(settings.graceSeconds()));
    try {
      awaitSessions(end);
      entrances.forEach(Entrance::close);
      writeTold();
      poster.hurry();
      await(() -> spool.held() == 0, Math.max(end, in(POSTING)));
      tellWhatIsLeft();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (UncheckedIOException failure) {
      log.accept("events of the end may be missing: " + failure);
    }
    hub.close();
    // But for the one that relays: an interrupt would close what it relays.
    keepers.stream().filter(keeper -> keeper != relay).forEach(Thread::interrupt);
    spool.close();
    analyzer.close();
    if (health != null) {
      health.close();
    }
  }

  /**
   * The application still runs, perhaps: it is served until it has no session, or time is over.
   * Then idle sessions end, and the others as soon as their transactions have; what is left is
   * ended in time for the events about it to be posted.
   */
  private void awaitSessions(long end) throws InterruptedException {
    int drain = Math.min(settings.drainSeconds(), settings.graceSeconds());
    if (await(() -> sessions() == 0, in(Duration.ofSeconds(drain)))) {
      return;
    }
    log.accept("%d sessions are ended".formatted(sessions()));
    entrances.forEach(Entrance::close);
    grants.forEach(Grant::shutDown);
    long transactions = end - FINISHING.plus(POSTING).toNanos();
    if (await(() -> sessions() == 0, Math.max(transactions, in(FINISHING)))) {
      return;
    }
    log.accept("%d sessions are ended with what they run".formatted(sessions()));
    grants.forEach(Grant::shutDownNow);
    if (!await(() -> sessions() == 0, in(FINISHING))) {
      log.accept(
          "%d sessions do not end: events about what they run may be missing"
              .formatted(sessions()));
    }
  }

  private void tellWhatIsLeft() {
    long left = spool.held() == 0 ? 0 : spool.events();
    if (left > 0) {
      log.accept(
          "%d events were not posted: they stay in %s and end with the pod"
              .formatted(left, settings.spool()));
    }
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private static boolean await(BooleanSupplier condition, long end) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  private int sessions() {
    return grants.stream().mapToInt(grant -> grant.sessions().count()).sum();
  }

  private void keepWithinLimits() {
    try {
      for (int tick = 1; !Thread.currentThread().isInterrupted(); tick++) {
        Thread.sleep(TICK);
        try {
          entrances.forEach(Entrance::keepWithinLimits);
          writeTold();
          if (tick % TICKS_BETWEEN_LOOKS == 0 && sessions() > 0) {
            Set<Ends> vanished = unacknowledged.look();
            entrances.forEach(entrance -> entrance.giveUp(vanished));
          }
        } catch (IOException | RuntimeException failure) {
          if (!failure.toString().equals(lastFailure)) {
            lastFailure = failure.toString();
            log.accept("limits are looked at again after a failure: " + lastFailure);
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void bundleApplied(Bundle bundle) {
    for (Grant grant : grants) {
      if (grant.access().equals(bundle.access())) {
        event(grant, Event.Type.BUNDLE_APPLIED, bundle.revision());
      }
    }
    obeyEvidencePolicies();
  }

  /** The spool is of all grants: the strictest of their policies holds for it. */
  private synchronized void obeyEvidencePolicies() {
    grants.stream()
        .map(Grant::bundle)
        .filter(Objects::nonNull)
        .map(Bundle::evidenceOrDefault)
        .reduce(EvidencePolicy::strictest)
        .ifPresent(spool::obey);
  }

  private void event(Grant grant, Event.Type type, @Nullable String reason) {
    Bundle bundle = grant.bundle();
    told.add(
        new Draft(
            Instant.now(clock).truncatedTo(ChronoUnit.MICROS),
            type,
            new Draft.Subject(
                grant.access(),
                bundle == null ? "" : bundle.database(),
                bundle == null ? "" : bundle.purpose(),
                "",
                0,
                ""),
            null,
            -1,
            -1,
            Event.Outcome.ALLOWED,
            null,
            reason,
            null,
            null));
    try {
      writeTold();
    } catch (UncheckedIOException failure) {
      log.accept("an event of %s waits: %s".formatted(grant.access(), failure));
    }
  }

  /**
   * Writes the events of those who keep bundles and credentials. These go on whatever becomes of
   * the spool: a grant must end while it is full, too.
   */
  private synchronized void writeTold() {
    for (Draft next = told.peek(); next != null; next = told.peek()) {
      spool.appendAtOnce(List.of(next));
      told.remove();
    }
  }

  private void keeper(String name, Runnable work) {
    keeper(Thread.ofPlatform(), name, work);
  }

  private Thread keeper(Thread.Builder kind, String name, Runnable work) {
    Thread thread = kind.name(name).unstarted(work);
    thread.setDaemon(true);
    keepers.add(thread);
    thread.start();
    return thread;
  }

  private static ControlPlane control(Settings.Control control) {
    Jsonb jsonb = Jsonb.instance();
    return switch (control) {
      case Settings.Directory(var path) -> new DirectoryControlPlane(path, jsonb);
      case Settings.Api(var address, var tokenFile, var authorities) ->
          new HttpControlPlane(address, tokenFile, new TrustFile(authorities), jsonb);
    };
  }
}

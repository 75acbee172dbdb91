package dev.sluice.operator.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Which tables, views and columns each database had when they were last looked at. Whoever is
 * concerned is told when they have changed, so that masked views follow a migration within seconds
 * where the database itself cannot tell.
 */
public final class SchemaVersions {
  /** What a look takes beyond {@link #USUAL} may be one part of so many of the time. */
  private static final int SHARE = 20;

  private static final Duration USUAL = Duration.ofSeconds(1);

  private final Map<DatabaseKey, Seen> seen = new ConcurrentHashMap<>();
  private final List<Consumer<DatabaseKey>> listeners = new CopyOnWriteArrayList<>();
  private final Clock clock;

  private record Seen(String version, Instant next) {}

  /**
   * Nothing was looked at yet.
   *
   * @param clock the time
   */
  public SchemaVersions(Clock clock) {
    this.clock = clock;
  }

  /**
   * Tells somebody when the schema of a database has changed.
   *
   * @param listener who is told
   */
  public void onChange(Consumer<DatabaseKey> listener) {
    listeners.add(listener);
  }

  /**
   * Looks once, for somebody who is about to act on what a database has: whatever changes after
   * that is told.
   *
   * @param database the Database
   * @param look reads the present version; what it throws is thrown
   */
  public void begin(DatabaseKey database, Supplier<String> look) {
    if (last(database).isEmpty()) {
      saw(database, new Seen(look.get(), Instant.EPOCH));
    }
  }

  /**
   * Looks anew, but for a database in which that takes long, if only to fail: there not each time,
   * since all databases wait for it.
   *
   * @param database the Database
   * @param look reads the present version; what it throws is thrown, and nothing is told
   * @return the version that was seen last; empty: none was
   */
  String look(DatabaseKey database, Supplier<String> look) {
    Seen before = seen.get(database);
    Instant begun = clock.instant();
    if (before != null && begun.isBefore(before.next())) {
      return before.version();
    }
    try {
      String version = look.get();
      // The first one that succeeds takes long in an operator that has just started.
      saw(database, new Seen(version, last(database).isEmpty() ? begun : rested(begun)));
      return version;
    } catch (RuntimeException failure) {
      seen.merge(
          database,
          new Seen("", rested(begun)),
          (known, failed) -> new Seen(known.version(), failed.next()));
      throw failure;
    }
  }

  private Instant rested(Instant begun) {
    Duration taken = Duration.between(begun, clock.instant());
    return taken.compareTo(USUAL) < 0 ? begun : begun.plus(taken.minus(USUAL).multipliedBy(SHARE));
  }

  private void saw(DatabaseKey database, Seen now) {
    Seen before = seen.put(database, now);
    if (before != null && !before.version().isEmpty() && !before.version().equals(now.version())) {
      listeners.forEach(listener -> listener.accept(database));
    }
  }

  /** The version that was seen last; empty: none was. */
  String last(DatabaseKey database) {
    Seen last = seen.get(database);
    return last == null ? "" : last.version();
  }

  /**
   * Forgets a Database that is gone.
   *
   * @param database the Database
   */
  void forget(DatabaseKey database) {
    seen.remove(database);
  }
}

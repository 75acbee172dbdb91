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
    String known = last(database);
    String version = known;
    try {
      version = look.get();
    } finally {
      Duration taken = Duration.between(begun, clock.instant());
      // The first one that succeeds takes long in an operator that has just started.
      boolean first = known.isEmpty() && !version.isEmpty();
      Duration rest =
          first || taken.compareTo(USUAL) < 0
              ? Duration.ZERO
              : taken.minus(USUAL).multipliedBy(SHARE);
      seen.put(database, new Seen(version, begun.plus(rest)));
    }
    if (!known.isEmpty() && !known.equals(version)) {
      listeners.forEach(listener -> listener.accept(database));
    }
    return version;
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

package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.policy.bundle.Bundle;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Engines for PostgreSQL; those of one database share what is known of it. */
public final class PostgresEngines {
  private final Map<Place, DatabaseKnowledge> known = new ConcurrentHashMap<>();
  private final Passwords passwords;
  private final Clock clock;

  /**
   * Engines.
   *
   * @param passwords makes the logins' passwords
   * @param clock the time
   */
  public PostgresEngines(Passwords passwords, Clock clock) {
    this.passwords = passwords;
    this.clock = clock;
  }

  /** Which database, and as whom. */
  private record Place(List<Bundle.Endpoint> endpoints, String database, String user) {}

  /**
   * The engine for one database. Connects to nothing yet.
   *
   * @param admin how to reach it
   * @return the engine
   */
  public DatabaseEngine engine(AdminConnection admin) {
    DatabaseKnowledge knowledge =
        known.computeIfAbsent(
            new Place(admin.endpoints(), admin.database(), admin.user()),
            ignored -> new DatabaseKnowledge());
    return new PostgresEngine(admin, passwords, clock, knowledge);
  }
}

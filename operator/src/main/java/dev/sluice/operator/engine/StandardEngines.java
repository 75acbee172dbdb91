package dev.sluice.operator.engine;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.postgresql.PostgresEngines;
import java.time.Clock;

/** The engines that Sluice has. */
public final class StandardEngines implements EngineFactory {
  private final PostgresEngines postgres;

  /**
   * Engines.
   *
   * @param passwords makes the logins' passwords
   * @param clock the time
   */
  public StandardEngines(Passwords passwords, Clock clock) {
    this.postgres = new PostgresEngines(passwords, clock);
  }

  @Override
  public DatabaseEngine engine(DatabaseSpec.Engine kind, AdminConnection connection) {
    return switch (kind) {
      case PostgreSQL -> postgres.engine(connection);
    };
  }
}

package dev.sluice.operator.engine;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.postgresql.PostgresEngine;
import java.time.Clock;

/** The engines that Sluice has. */
public final class StandardEngines implements EngineFactory {
  private final Passwords passwords;
  private final Clock clock;

  /**
   * Engines.
   *
   * @param passwords makes the logins' passwords
   * @param clock the time
   */
  public StandardEngines(Passwords passwords, Clock clock) {
    this.passwords = passwords;
    this.clock = clock;
  }

  @Override
  public DatabaseEngine engine(DatabaseSpec.Engine kind, AdminConnection connection) {
    return switch (kind) {
      case PostgreSQL -> new PostgresEngine(connection, passwords, clock);
    };
  }
}

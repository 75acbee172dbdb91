package dev.sluice.drivers;

import static dev.sluice.drivers.Told.failure;
import static dev.sluice.drivers.Told.heading;
import static dev.sluice.drivers.Told.rows;
import static dev.sluice.drivers.Told.say;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/**
 * Flyway: migrations within transactions and outside of them, one that fails, one that is done
 * again.
 */
public final class FlywayProgram {
  private FlywayProgram() {}

  /** Runs all. */
  public static void main(String[] arguments) throws SQLException {
    java.util.logging.LogManager.getLogManager().reset();
    heading("migrations");
    Flyway first = flyway("first");
    say("migrated", first.migrate().migrationsExecuted);
    say("again", first.migrate().migrationsExecuted);
    say("valid", first.validateWithResult().validationSuccessful);
    told(first);
    heading("one that fails");
    Flyway second = flyway("first", "second");
    failure("migrate", second::migrate);
    told(second);
    heading("what is there");
    try (Connection connection = Place.connect("");
        Statement statement = connection.createStatement()) {
      for (String text :
          new String[] {
            "SELECT version, description, type, success FROM flyway_schema_history"
                + " ORDER BY installed_rank",
            "SELECT * FROM flyway_item ORDER BY id",
            "SELECT indexname FROM pg_indexes WHERE tablename = 'flyway_item' ORDER BY 1",
            "SELECT * FROM flyway_cheap",
          }) {
        say(text, rows(statement.executeQuery(text)));
      }
    }
    heading("removed");
    failure("clean", first::clean);
  }

  private static Flyway flyway(String... folders) {
    return Flyway.configure()
        .dataSource(Place.url(""), null, null)
        .locations(
            Arrays.stream(folders)
                .map(folder -> "classpath:migrations/" + folder)
                .toArray(String[]::new))
        // By itself it locks within a transaction, for which CREATE INDEX CONCURRENTLY would wait.
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .mixed(true)
        .load();
  }

  private static void told(Flyway flyway) {
    for (MigrationInfo one : flyway.info().all()) {
      say(one.getDescription(), one.getVersion() + " " + one.getState());
    }
  }
}

package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.FreePorts;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import dev.sluice.shop.data.DataLoader;
import dev.sluice.stories.stage.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Policies are tried without a cluster: the demo's resources, the engine and the gate on this
 * machine against a real PostgreSQL; an edited file is obeyed, and at the end nothing is left.
 */
class TryStory {
  private static final String SSN = "SELECT ssn FROM customers WHERE id = 1";
  private static final String GOVERNED =
      "SELECT count(*) FROM pg_roles r, pg_database d WHERE r.rolname LIKE 'sluice\\_shop\\_%'"
          + " AND d.datname = current_database()";

  @TempDir private Path directory;

  @Test
  void filesAreObeyedAndTakenBack() throws SQLException, IOException, InterruptedException {
    var shop = shop();
    for (var file : new String[] {"database", "database-access", "masking-policy"}) {
      Files.copy(
          Command.root().resolve("e2e/demo/%s.yaml".formatted(file)),
          directory.resolve(file + ".yaml"));
    }
    var port = FreePorts.next();
    var log = directory.resolve("try.log");
    var trial = trial(shop, port).redirectOutput(log.toFile()).start();
    try (var session = connect(port, shop, trial, log)) {
      assertThat(text(session, SSN)).matches("\\*{7}\\d{4}");

      var policy = directory.resolve("masking-policy.yaml");
      Files.writeString(
          policy,
          Files.readString(policy)
              .replace(
                  "KeepLast, keepLast: {characters: 4}", "KeepLast, keepLast: {characters: 2}"));
      await("the edited policy")
          .atMost(Duration.ofSeconds(30))
          .until(() -> text(session, SSN).matches("\\*{9}\\d{2}"));

      Files.writeString(policy, Files.readString(policy).replace("KeepLast", "KeepSome"));
      await("the fault")
          .atMost(Duration.ofSeconds(30))
          .until(() -> Files.readString(log).contains("KeepSome"));
      assertThat(text(session, SSN)).matches("\\*{9}\\d{2}");
    } finally {
      trial.destroy();
      assertThat(trial.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(Files.readString(log)).contains("SELECT ssn FROM customers WHERE id = $1");
    try (var admin = shop.connect(shop.admin())) {
      assertThat(text(admin, GOVERNED)).as(Files.readString(log)).isEqualTo("0");
    }
  }

  private static TestDatabase shop() throws SQLException {
    var database = RealPostgres.shared(PostgresVersion.V15).newDatabase();
    try (var connection = database.connect(database.admin())) {
      new DataLoader(
              connection, InstantSource.system(), new PrintStream(OutputStream.nullOutputStream()))
          .load(100);
    }
    return database;
  }

  private ProcessBuilder trial(TestDatabase shop, int port) {
    return Command.start(
            Map.of(
                "RESOURCES",
                directory.toString(),
                "DATABASE",
                shop.jdbcUrl()
                    .replace(
                        "jdbc:postgresql://",
                        "postgresql://%s:%s@"
                            .formatted(shop.admin().user(), shop.admin().password())),
                "ACCESS",
                "shop/orders",
                "LISTEN",
                "127.0.0.1:" + port),
            List.of("make/try"))
        .redirectErrorStream(true);
  }

  private static Connection connect(int port, TestDatabase shop, Process trial, Path log) {
    return await("the gate")
        .atMost(Duration.ofMinutes(3))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              assertThat(trial.isAlive()).as("%s", Files.readString(log)).isTrue();
              return DriverManager.getConnection(
                  "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&user=anybody"
                      .formatted(port, shop.name()));
            },
            Objects::nonNull);
  }

  private static String text(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }
}

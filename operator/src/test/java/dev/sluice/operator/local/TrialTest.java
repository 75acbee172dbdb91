package dev.sluice.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import dev.sluice.operator.MovableClock;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.StandardEngines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One access that is tried against a real server, without a gate. */
class TrialTest {
  private static final String ACCESS = "shop/orders";

  /** One of its own: what is tried belongs to the whole server, and so does what others left. */
  private final RealPostgres server =
      RealPostgres.start(PostgresVersion.V18, RealPostgres.TlsUse.OFF);

  private final TestDatabase database = server.newDatabase();
  private final MovableClock clock =
      new MovableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @TempDir Path resources;
  private ControlDirectory control;
  private Trial trial;

  @BeforeEach
  void begin() throws IOException, SQLException {
    database.execute(database.admin(), "CREATE TABLE orders (id int PRIMARY KEY)");
    control = ControlDirectory.create();
    DatabaseUrl url =
        DatabaseUrl.parse(
            "postgresql://%s:%s@%s:%d/%s?sslmode=disable"
                .formatted(
                    database.admin().user(),
                    database.admin().password(),
                    database.host(),
                    database.port(),
                    database.name()));
    DatabaseEngine engine =
        new StandardEngines(new Passwords(new SecureRandom()), clock)
            .engine(DatabaseSpec.Engine.PostgreSQL, url.connection());
    trial =
        new Trial(
            new Options(resources, url, ACCESS, "127.0.0.1:0", resources, false, false),
            engine,
            control,
            clock,
            new PrintStream(said, true, StandardCharsets.UTF_8),
            "a2V5");
  }

  @AfterEach
  void end() throws IOException {
    control.remove();
    server.close();
  }

  @Test
  void whatCouldNotBeGivenLeavesNothingBehind() throws IOException, SQLException {
    write("public.order", clock.instant().plus(Duration.ofDays(1)));

    assertThat(trial.apply()).isFalse();
    assertThat(sluiceSchemas()).isEqualTo(1);
    trial.takeBack();

    assertThat(sluiceSchemas()).isZero();
    assertThat(said()).contains("public.order").contains("is gone");
  }

  @Test
  void anAccessThatExpiresIsTakenFromTheGateAndNotTriedAgainAndAgain()
      throws IOException, SQLException {
    write("public.orders", clock.instant().plus(Duration.ofHours(1)));
    assertThat(trial.apply()).isTrue();
    assertThat(bundle()).contains("ACTIVE");
    String role = trial.role().orElseThrow();
    assertThat(roles(role)).isEqualTo(1);

    clock.advance(Duration.ofHours(1));
    trial.tick();

    assertThat(bundle()).contains("REVOKED").contains("has expired");
    assertThat(roles(role)).isZero();
    assertThat(trial.next()).isAfter(clock.instant());

    write("public.orders", clock.instant().plus(Duration.ofHours(1)));
    assertThat(trial.apply()).isTrue();
    assertThat(bundle()).contains("ACTIVE");
    trial.takeBack();
    assertThat(sluiceSchemas()).isZero();
  }

  @Test
  void whatColumnsSeemToHoldIsTold() throws IOException, SQLException {
    database.execute(
        database.admin(),
        "ALTER TABLE orders ADD email text; INSERT INTO orders VALUES (1, 'canary@example.com')");
    write("public.orders", clock.instant().plus(Duration.ofDays(1)));
    Path file = resources.resolve("all.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("  allowedNamespaces:", "  discovery: {mode: Enforce}\n  allowedNamespaces:"));

    assertThat(trial.apply()).as(this::said).isTrue();

    assertThat(said())
        .contains("public.orders.email seems to hold pii.email (")
        .contains("public.orders.email: Nullify (")
        .doesNotContain("canary");
    trial.takeBack();
    assertThat(sluiceSchemas()).isZero();
  }

  private void write(String table, Instant expiresAt) throws IOException {
    Files.writeString(
        resources.resolve("all.yaml"),
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Database
        metadata: {name: orders, namespace: databases}
        spec:
          engine: PostgreSQL
          endpoints: [{host: orders-db.databases.svc}]
          database: shop
          tls: {mode: VerifyFull}
          adminSecretRef: {name: orders-admin}
          allowedNamespaces: {from: All}
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: DatabaseAccess
        metadata: {name: orders, namespace: shop}
        spec:
          databaseRef: {name: orders, namespace: databases}
          subjects: [{kind: ServiceAccount, name: shop-api}]
          purpose: order-processing
          grants:
          - {tables: [%s], privileges: [SELECT]}
          expiresAt: "%s"
        """
            .formatted(table, expiresAt));
  }

  private String bundle() throws IOException {
    return Files.readString(control.path().resolve("bundle.json"));
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private int sluiceSchemas() throws SQLException {
    return count("SELECT count(*) FROM pg_namespace WHERE nspname = 'sluice'");
  }

  private int roles(String name) throws SQLException {
    return count("SELECT count(*) FROM pg_roles WHERE rolname = '%s'".formatted(name));
  }

  private int count(String sql) throws SQLException {
    try (var connection = database.connect(server.superuser());
        var use = connection.createStatement();
        var answer = use.executeQuery(sql)) {
      answer.next();
      return answer.getInt(1);
    }
  }
}

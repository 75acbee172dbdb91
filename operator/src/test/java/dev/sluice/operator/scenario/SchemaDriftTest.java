package dev.sluice.operator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.DatabaseLogin;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.operator.api.ApiClient;
import dev.sluice.policy.control.Credential;
import io.avaje.jsonb.Jsonb;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The owner of a table changes it while sessions read it without a pause: never is a raw value
 * shown, and after each change reading goes on.
 */
class SchemaDriftTest {
  private static final String RAW = "123-45-";
  private static final int READERS = 3;

  /** Whatever names there are: the rows as a whole, the table itself, one column. */
  private static final List<String> READS =
      List.of(
          "SELECT * FROM customers",
          "SELECT to_jsonb(c) FROM customers AS c",
          "SELECT string_agg(c::text, ' ') FROM customers AS c",
          "SELECT * FROM public.customers",
          "SELECT ssn FROM public.customers",
          "SELECT social FROM public.customers",
          "SELECT * FROM public.customers_old",
          "SELECT * FROM public.customers_new");

  private final ApiClient api = RunningControlPlane.shared().api();
  private final RealPostgres postgres = RealPostgres.shared(PostgresVersion.V18);
  private final Scene scene = new Scene(postgres);
  private final AtomicBoolean ending = new AtomicBoolean();
  private final Queue<String> raw = new ConcurrentLinkedQueue<>();
  private final AtomicLong read = new AtomicLong();
  private final List<Thread> readers = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    ending.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
  }

  @Test
  void neverARawValueAndReadingGoesOn() throws Exception {
    scene.apply(scene.maskingYaml());
    scene.apply(scene.databaseYaml());
    scene.apply(scene.accessYaml());
    scene.awaitAccess("True", "Applied");
    Scene.patiently().until(() -> scene.maskedColumns() == 1);
    DatabaseLogin login = login();
    for (int number = 0; number < READERS; number++) {
      readers.add(Thread.ofPlatform().start(() -> readOnAndOn(login)));
    }

    // A column is added, and seen.
    change("ALTER TABLE customers ADD COLUMN region text DEFAULT 'EU'");
    shows(login, "SELECT region FROM customers", "EU");
    // One that is shown is renamed, gets another type, goes.
    change("ALTER TABLE customers RENAME COLUMN region TO area");
    shows(login, "SELECT area FROM customers", "EU");
    changeBelowViews("ALTER TABLE customers ALTER COLUMN area TYPE varchar(20)");
    shows(login, "SELECT pg_typeof(area) || '' FROM customers", "character varying");
    changeBelowViews("ALTER TABLE customers DROP COLUMN area");
    shows(login, "SELECT to_jsonb(c) ? 'area' || '' FROM customers AS c", "false");
    // The masked one is renamed and back, gets another type, goes and comes back.
    change("ALTER TABLE customers RENAME COLUMN ssn TO social");
    shows(login, "SELECT social FROM customers", "*******6789");
    change("ALTER TABLE customers RENAME COLUMN social TO ssn");
    shows(login, "SELECT ssn FROM customers", "*******6789");
    changeBelowViews("ALTER TABLE customers ALTER COLUMN ssn TYPE varchar(40)");
    shows(login, "SELECT pg_typeof(ssn) || ssn FROM customers", "character varying*******6789");
    changeBelowViews(
        """
        ALTER TABLE customers DROP COLUMN ssn;
        ALTER TABLE customers ADD COLUMN ssn text;
        UPDATE customers SET ssn = '123-45-6789'
        """);
    shows(login, "SELECT ssn FROM customers", "*******6789");
    // Another table takes its place, as tools do that migrate without a pause, and once more back.
    change(
        """
        CREATE TABLE customers_new (id int PRIMARY KEY, ssn text, name text, email text, more int DEFAULT 7);
        INSERT INTO customers_new SELECT id, ssn, name, email FROM customers
        """);
    swap("customers_old", "customers_new");
    shows(login, "SELECT ssn || more FROM customers", "*******67897");
    swap("customers_new", "customers_old");
    shows(login, "SELECT coalesce(to_jsonb(c) ->> 'more', ssn) FROM customers AS c", "*******6789");
    change("DROP TABLE customers_new CASCADE");
    shows(login, "SELECT ssn FROM customers", "*******6789");

    assertThat(raw).isEmpty();
    long before = read.get();
    Scene.patiently().until(() -> read.get() > before);
  }

  /** The present table becomes {@code away}, and {@code next} takes its name. */
  private void swap(String away, String next) throws SQLException {
    change(
        """
        BEGIN;
        ALTER TABLE customers RENAME TO %s;
        ALTER TABLE %s RENAME TO customers;
        COMMIT
        """
            .formatted(away, next));
  }

  private void change(String statements) throws SQLException {
    scene.server().execute(scene.server().superuser(), statements);
  }

  /** What PostgreSQL lets nobody do to a column that a view shows: whoever migrates drops it. */
  private void changeBelowViews(String statements) throws SQLException {
    change("SELECT sluice.drop_masked_views('public.customers');\n" + statements);
  }

  private void shows(DatabaseLogin login, String query, String wanted) {
    Scene.patiently()
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> first(login, query), wanted::equals);
  }

  private String first(DatabaseLogin login, String query) throws SQLException {
    try (Connection connection = scene.server().connect(login);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  /** In one session for as long as it lasts, as applications do. */
  private void readOnAndOn(DatabaseLogin login) {
    while (!ending.get()) {
      try (Connection connection = scene.server().connect(login);
          Statement statement = connection.createStatement()) {
        while (!ending.get() && connection.isValid(1)) {
          for (String query : READS) {
            readOnce(statement, query);
          }
        }
      } catch (SQLException e) {
        seen(String.valueOf(e.getMessage()), "connecting");
      }
    }
  }

  private void readOnce(Statement statement, String query) {
    try (ResultSet rows = statement.executeQuery(query)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int column = 1; column <= columns; column++) {
          seen(String.valueOf(rows.getString(column)), query);
        }
        read.incrementAndGet();
      }
    } catch (SQLException e) {
      // While a change is under way a name may mean nothing; what it says is looked at as well.
      seen(String.valueOf(e.getMessage()), query);
    }
  }

  private void seen(String text, String query) {
    if (text.contains(RAW)) {
      raw.add(query + ": " + text);
    }
  }

  private DatabaseLogin login() throws Exception {
    HttpResponse<String> answer =
        api.post(
            "/v1/credentials",
            RunningControlPlane.shared().cluster().podToken(scene.pod("api-1"), "sluice"),
            "{\"access\":\"%s/orders\"}".formatted(scene.shop()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Credential credential = Jsonb.instance().type(Credential.class).fromJson(answer.body());
    return new DatabaseLogin(credential.username(), credential.password());
  }
}

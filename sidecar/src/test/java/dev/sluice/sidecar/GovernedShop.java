package dev.sluice.sidecar;

import dev.sluice.fixtures.DatabaseLogin;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Column;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.policy.control.Credential;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database with a grant in it, laid out as the control plane does: {@code customers} is masked,
 * {@code orders} is not, {@code secrets} is not granted.
 */
public final class GovernedShop {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final RealPostgres postgres;
  private final TestDatabase database;
  private final int number = NUMBERS.incrementAndGet();
  private final String group = "sluice_shop_orders_%06x".formatted(number);

  private GovernedShop(RealPostgres postgres) {
    this.postgres = postgres;
    this.database = postgres.newDatabase();
  }

  /** A new one on the shared server of a version. */
  public static GovernedShop create(PostgresVersion version) {
    return create(RealPostgres.shared(version));
  }

  /** A new one on a server. */
  public static GovernedShop create(RealPostgres postgres) {
    GovernedShop shop = new GovernedShop(postgres);
    try {
      shop.layOut();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
    return shop;
  }

  private void layOut() throws SQLException {
    asSuperuser(
        """
        CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, ssn text NOT NULL);
        INSERT INTO customers SELECT i, 'name ' || i, 'CANARY' || i FROM generate_series(1, 100) i;
        CREATE TABLE orders (id serial PRIMARY KEY, customer_id int, note text);
        INSERT INTO orders(customer_id, note) SELECT i, 'note ' || i FROM generate_series(1, 100) i;
        CREATE TABLE secrets (id int);
        CREATE ROLE %1$s NOLOGIN;
        CREATE SCHEMA %1$s;
        CREATE VIEW %1$s.customers AS
          SELECT id, name, '***' || right(ssn, 1) AS ssn FROM public.customers;
        GRANT USAGE ON SCHEMA %1$s TO %1$s;
        GRANT SELECT ON %1$s.customers TO %1$s;
        GRANT SELECT (id, name) ON public.customers TO %1$s;
        GRANT INSERT, UPDATE ON public.customers TO %1$s;
        GRANT SELECT, INSERT, UPDATE, DELETE ON public.orders TO %1$s;
        GRANT USAGE ON SEQUENCE public.orders_id_seq TO %1$s;
        """
            .formatted(group));
    login("a", "password-a");
    login("b", "password-b");
  }

  private void login(String suffix, String password) throws SQLException {
    asSuperuser(
        """
        CREATE ROLE %1$s_%2$s LOGIN NOINHERIT PASSWORD '%3$s' IN ROLE %1$s;
        ALTER ROLE %1$s_%2$s SET role = '%1$s';
        ALTER ROLE %1$s_%2$s SET search_path = %1$s, public;
        """
            .formatted(group, suffix, password));
  }

  /** Runs statements past the gate. */
  public void asSuperuser(String statements) throws SQLException {
    database.execute(database.superuser(), statements);
  }

  /** How many sessions run a statement that has a part in its text. */
  public int running(String part) throws SQLException {
    try (Connection connection = database.connect(database.superuser());
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                    + " AND datname = current_database() AND position(? in query) > 0"
                    + " AND pid <> pg_backend_pid()")) {
      statement.setString(1, part);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  /** The database. */
  public TestDatabase database() {
    return database;
  }

  /** The server. */
  public RealPostgres postgres() {
    return postgres;
  }

  /** The group role, which is the name of the masked schema as well. */
  public String group() {
    return group;
  }

  /** The login of one of the two login roles. */
  public Credential credential(String suffix) {
    DatabaseLogin login = new DatabaseLogin(group + "_" + suffix, "password-" + suffix);
    Instant now = Instant.now();
    return new Credential(login.user(), login.password(), now, now.plus(Duration.ofHours(1)));
  }

  /** The bundle as the control plane would make it. */
  public Bundle bundle() {
    return new Bundle(
        Bundle.FORMAT,
        "r1",
        Bundle.State.ACTIVE,
        "",
        "shop/orders",
        "databases/orders",
        "order-processing",
        new Bundle.Target(
            "PostgreSQL",
            List.of(new Bundle.Endpoint("127.0.0.1", postgres.port())),
            database.name(),
            new Bundle.Tls(Bundle.TlsMode.DISABLE, null),
            postgres.version().number()),
        group,
        List.of(group, "public"),
        false,
        List.of(
            new Relation(
                "public",
                "customers",
                group,
                false,
                List.of("SELECT", "INSERT", "UPDATE"),
                List.of(
                    new Column("id", "integer", null, null),
                    new Column("name", "text", null, null),
                    new Column("ssn", "text", "pii.national-id", "KeepLast"))),
            new Relation(
                "public",
                "orders",
                null,
                false,
                List.of("SELECT", "INSERT", "UPDATE", "DELETE"),
                List.of(
                    new Column("id", "integer", null, null),
                    new Column("customer_id", "integer", null, null),
                    new Column("note", "text", null, null)))),
        List.of(),
        new Bundle.SessionLimits(50, 0, 0, null),
        Bundle.Revocation.FINISH_STATEMENT);
  }
}

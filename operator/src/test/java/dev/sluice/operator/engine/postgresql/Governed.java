package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.MaskingPolicy;
import dev.sluice.crds.MaskingPolicySpec;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.StandardEngines;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.plan.AccessIdentity;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlanner;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.Named;
import dev.sluice.policy.plan.PlanRequest;
import dev.sluice.policy.plan.PlanResult;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A database of its own on a real server, and the engine that governs it. */
final class Governed {
  /** A shop with what is usually masked. */
  static final String SHOP =
      """
      CREATE TABLE customers (
        id bigserial PRIMARY KEY, name text NOT NULL, email varchar(60) UNIQUE, ssn text UNIQUE,
        card char(19), birth_date date, region text NOT NULL DEFAULT 'EU', note jsonb,
        ssn_digits text GENERATED ALWAYS AS (replace(ssn, '-', '')) STORED);
      CREATE TABLE orders (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,
        total numeric(10,2) NOT NULL CHECK (total < 1000000), created timestamptz NOT NULL DEFAULT now());
      CREATE TABLE secrets (id int PRIMARY KEY, value text);
      INSERT INTO secrets VALUES (1, 'CANARY-SECRET');
      INSERT INTO customers (name, email, ssn, card, birth_date, region, note)
      SELECT 'Person ' || g, 'person' || g || '@example.com', 'CANARY-' || (7730 + g), '4111 1111 1111 1111',
             date '1980-05-17' + g, CASE g % 2 WHEN 0 THEN 'US' ELSE 'EU' END,
             jsonb_build_object('ssn', 'CANARY-' || (7730 + g))
      FROM generate_series(1, 20) g;
      INSERT INTO orders (customer_id, total) SELECT g, g * 10 FROM generate_series(1, 20) g;
      CREATE VIEW customer_list AS SELECT id, name, ssn AS reference, upper(ssn) AS loud FROM customers;
      CREATE MATERIALIZED VIEW customer_codes AS SELECT id, ssn AS code FROM customers;
      ANALYZE;
      """;

  static final String DATABASE =
      """
      spec:
        engine: PostgreSQL
        endpoints: [{host: 127.0.0.1}]
        database: shop
        tls: {mode: Disable, insecureReason: a test}
        adminSecretRef: {name: admin}
        allowedNamespaces: {from: All}
        classifications:
        - {table: public.customers, columns: {email: pii.email, ssn: pii.national-id, card: pci.pan, note: free-text}}
      """;

  static final String POLICY =
      """
      metadata: {name: personal-data}
      spec:
        rules:
        - {match: {classes: [pii.national-id]}, mask: {type: KeepLast, keepLast: {characters: 2}}}
        - {match: {classes: [pii.email]}, mask: {type: Email}}
        - {match: {classes: ["pci.*"]}, mask: {type: Token}}
        - {match: {columns: ["*.*.birth_date"]}, mask: {type: DateTrunc, dateTrunc: {to: Year}}}
        - {match: {classes: [free-text]}, mask: {type: Nullify}}
      """;

  final TestServer server;
  final String database;
  final Admin kind;
  final String adminRole;
  final DatabaseEngine engine;
  private final List<Connection> open = new ArrayList<>();

  private Governed(TestServer server, Admin kind, String database, String adminRole) {
    this.server = server;
    this.kind = kind;
    this.database = database;
    this.adminRole = adminRole;
    this.engine = engine(adminRole, "admin-password");
  }

  /** A fresh database in which the admin has run some statements. */
  static Governed database(int version, Admin kind, String sql) throws SQLException {
    return database(version, kind, TestServer.unique("db"), sql);
  }

  static Governed database(int version, Admin kind, String name, String sql) throws SQLException {
    TestServer server = TestServer.of(version);
    String database = Sql.name(name);
    String admin = TestServer.unique("admin");
    server.superuser(
        "postgres",
        "CREATE ROLE %s LOGIN PASSWORD 'admin-password' %s"
            .formatted(admin, kind == Admin.SUPERUSER ? "SUPERUSER" : "CREATEROLE"));
    server.superuser("postgres", "CREATE DATABASE %s OWNER %s".formatted(database, admin));
    Governed governed = new Governed(server, kind, name, admin);
    // As version 15 and later make a database.
    governed.server.superuser(
        name,
        "ALTER SCHEMA public OWNER TO %s; REVOKE CREATE ON SCHEMA public FROM PUBLIC"
            .formatted(admin));
    governed.admin(sql);
    // One role for all databases of the server, made by whichever admin came first.
    if (kind == Admin.TABLE_OWNER && version >= 16) {
      server.superuser(
          "postgres",
          """
          DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sluice_owner') THEN
              GRANT sluice_owner TO %s WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
            END IF;
          END $$\
          """
              .formatted(admin));
    }
    return governed;
  }

  DatabaseEngine engine(String user, String password) {
    return new StandardEngines(new Passwords(new SecureRandom()), Clock.systemUTC())
        .engine(DatabaseSpec.Engine.PostgreSQL, connection(user, password));
  }

  AdminConnection connection(String user, String password) {
    return new AdminConnection(
        List.of(new Bundle.Endpoint("127.0.0.1", server.port())),
        database,
        new Bundle.Tls(Bundle.TlsMode.DISABLE, null),
        user,
        password);
  }

  /** Runs statements as the admin. */
  void admin(String sql) throws SQLException {
    try (Connection connection = server.connect(database, adminRole, "admin-password");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of all rows, as the superuser sees them. */
  List<String> superuser(String query) throws SQLException {
    try (Connection connection = server.connect(database, TestServer.SUPERUSER, "")) {
      return strings(connection, query);
    }
  }

  /** What the planner says of an access with these grants. */
  PlanResult result(String access, String database, String... policies) {
    return AccessPlanner.plan(request(access, database, policies));
  }

  /** What stays of an access that was given before. */
  AccessPlan kept(String access, String database, String... policies) {
    PlanRequest request = request(access, database, policies);
    return AccessPlanner.keep(request.with(engine.given(request.access()).orElseThrow()));
  }

  private PlanRequest request(String access, String database, String... policies) {
    DatabaseSpec spec = Serialization.unmarshal(database, Database.class).getSpec();
    DatabaseAccess resource = Serialization.unmarshal(access, DatabaseAccess.class);
    List<String> schemas =
        spec.ceiling() == null || spec.ceiling().schemas() == null
            ? List.of("public")
            : spec.ceiling().schemas();
    List<Named<MaskingPolicySpec>> named = new ArrayList<>();
    for (String policy : policies) {
      MaskingPolicy each = Serialization.unmarshal(policy, MaskingPolicy.class);
      named.add(new Named<>(each.getMetadata().getName(), each.getSpec()));
    }
    return new PlanRequest(
        new AccessIdentity(
            "shop",
            resource.getMetadata().getName(),
            this.database + resource.getMetadata().getName(),
            Instant.parse("2026-01-01T00:00:00Z")),
        resource.getSpec(),
        Map.of(),
        new DatabaseIdentity("databases", "orders", this.database, Map.of()),
        spec,
        named,
        List.of(),
        engine.catalogue(schemas),
        Instant.now(),
        engine.observed(engine.catalogue(schemas)));
  }

  AccessPlan plan(String access, String database, String... policies) {
    PlanResult result = result(access, database, policies);
    assertThat(result).as("%s", result).isInstanceOf(PlanResult.Planned.class);
    return ((PlanResult.Planned) result).plan();
  }

  /** The plan of an access to the shop with its usual policy. */
  AccessPlan plan(String grants) {
    return plan(access("orders", grants), DATABASE, POLICY);
  }

  static String access(String name, String grants) {
    return """
    metadata: {name: %s}
    spec:
      databaseRef: {name: orders, namespace: databases}
      subjects: [{kind: ServiceAccount, name: shop-api}]
      purpose: order-processing
      grants:
    %s\
    """
        .formatted(name, grants.indent(2));
  }

  /** Prepares, applies and logs in. */
  Connection login(AccessPlan plan) throws SQLException {
    Credential credential = engine.issueLogin(plan, "pod-1");
    return login(credential);
  }

  Connection login(Credential credential) throws SQLException {
    Connection connection = server.connect(database, credential.username(), credential.password());
    open.add(connection);
    return connection;
  }

  static List<String> strings(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(String.valueOf(rows.getString(1)));
      }
      return all;
    }
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Asserts that a statement is refused for want of a privilege. */
  static void denied(Connection connection, String sql) {
    SQLException error = failure(connection, sql);
    assertThat(error.getSQLState()).as("%s: %s", sql, error.getMessage()).isEqualTo("42501");
  }

  /** The error of a statement that must fail. */
  static SQLException failure(Connection connection, String sql) {
    try {
      run(connection, sql);
    } catch (SQLException e) {
      return e;
    }
    throw new AssertionError("did not fail: " + sql);
  }

  void close() throws SQLException {
    for (Connection connection : open) {
      connection.close();
    }
  }
}

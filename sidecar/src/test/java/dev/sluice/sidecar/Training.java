package dev.sluice.sidecar;

import dev.sluice.fixtures.FreePorts;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/**
 * Runs a gate as a pod has it, in front of a real server with TLS and of a control plane over
 * HTTPS, does what applications do, and ends it: for the AOT cache, which remembers what was
 * needed. Arguments are the command that starts the gate, to which flags are added.
 */
final class Training {
  /** Enough for all that statements take to have been linked. */
  private static final int ROUNDS = 300;

  /** Rows of a kilobyte. */
  private static final int BULK = 20_000;

  /** Ready-made rules that most policies have. */
  private static final List<String> READY =
      List.of(
          "no-drop",
          "no-truncate",
          "no-mass-delete",
          "no-mass-update",
          "no-server-access",
          "no-opaque");

  private Training() {}

  public static void main(String[] command) throws Exception {
    Path directory = Files.createTempDirectory("sluice-training");
    GovernedShop shop = GovernedShop.create(PostgresVersion.V15);
    Bundle plain =
        TestBundles.withRules(
            shop.bundle(),
            READY.stream()
                .map(
                    name ->
                        new Bundle.Rule(
                            "baseline/" + name, name, Bundle.RuleOutcome.DENY, false, "", null))
                .toArray(Bundle.Rule[]::new));
    Bundle.Target target = plain.target();
    Bundle secured =
        TestBundles.withTarget(
            TestBundles.withAccess(plain, "shop/secured"),
            new Bundle.Target(
                target.engine(),
                List.of(new Bundle.Endpoint("localhost", shop.postgres().port())),
                target.database(),
                new Bundle.Tls(Bundle.TlsMode.VERIFY_FULL, shop.postgres().caCertificate()),
                target.serverVersion()));
    try (TestControlPlane control = new TestControlPlane(directory)) {
      control.put(plain);
      control.put(secured);
      control.credentials("shop/orders", () -> shop.credential("a"));
      control.credentials("shop/secured", () -> shop.credential("b"));
      int first = FreePorts.next();
      int second = FreePorts.next();
      int health = FreePorts.next();
      List<String> words = new ArrayList<>(List.of(command));
      words.addAll(
          List.of(
              "--control",
              control.address().toString(),
              "--token-file",
              control.tokenFile().toString(),
              "--ca-file",
              control.authorities().toString(),
              "--access",
              "shop/orders=127.0.0.1:" + first,
              "--access",
              "shop/secured=127.0.0.1:" + second,
              "--spool",
              directory.resolve("spool").toString(),
              "--health",
              "127.0.0.1:" + health,
              "--drain",
              "1"));
      Process gate = new ProcessBuilder(words).inheritIO().start();
      try {
        awaitReady(health, gate);
        for (int port : new int[] {first, second}) {
          String url = "jdbc:postgresql://127.0.0.1:%d/%s?user=app&prepareThreshold=1";
          work(url.formatted(port, target.database()));
          work(url.formatted(port, target.database()) + "&preferQueryMode=simple");
        }
        control.put(TestBundles.withRevision(plain, "r2"));
      } finally {
        gate.destroy();
        if (!gate.waitFor(120, TimeUnit.SECONDS)) {
          gate.destroyForcibly();
        }
      }
      // 143: ended by the signal, as it should.
      System.exit(gate.exitValue() == 143 ? 0 : 1);
    }
  }

  private static void work(String url) throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection(url)) {
      for (int round = 0; round < ROUNDS; round++) {
        query(connection, "SELECT * FROM customers WHERE id = ?", round);
        query(connection, "SELECT c.ssn FROM public.customers c WHERE id = ?", round);
        attempt(connection, "UPDATE customers SET name = 'x' WHERE id = " + round % 50);
      }
      for (String text :
          List.of(
              "DROP TABLE orders",
              "SET ROLE postgres",
              "SELECT nonsense",
              "SELEC",
              "SELECT * FROM secrets",
              "DO $$ BEGIN PERFORM 1; END $$",
              "WITH a AS (SELECT 1) INSERT INTO orders(note) SELECT 'x' RETURNING id",
              "SELECT o.id, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id"
                  + " WHERE c.name LIKE 'n%' GROUP BY o.id ORDER BY 1 LIMIT 5",
              "DISCARD ALL")) {
        attempt(connection, text);
      }
      connection.setAutoCommit(false);
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      byte[] rows = "1\tcopied\n".repeat(100).getBytes(StandardCharsets.UTF_8);
      copy.copyIn("COPY orders(customer_id, note) FROM STDIN", new ByteArrayInputStream(rows));
      copy.copyOut("COPY customers TO STDOUT", new ByteArrayOutputStream());
      String bulk = "SELECT 1, repeat('x', 1000) FROM generate_series(1, %d)".formatted(BULK);
      copy.copyOut("COPY (%s) TO STDOUT".formatted(bulk), OutputStream.nullOutputStream());
      String row = "1\t" + "x".repeat(1000) + "\n";
      copy.copyIn(
          "COPY orders(customer_id, note) FROM STDIN",
          new ByteArrayInputStream(row.repeat(BULK).getBytes(StandardCharsets.UTF_8)));
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(1000);
        try (ResultSet result = statement.executeQuery(bulk)) {
          while (result.next()) {
            result.getInt(1);
          }
        }
      }
      connection.rollback();
    }
  }

  private static void query(Connection connection, String text, int id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      statement.setInt(1, id);
      statement.executeQuery().close();
    }
  }

  private static void attempt(Connection connection, String text) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    } catch (SQLException _) {
      // Some are to be refused.
    }
  }

  private static void awaitReady(int port, Process gate) throws Exception {
    URI ready = URI.create("http://127.0.0.1:%d/ready".formatted(port));
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (Instant.now().isBefore(end) && gate.isAlive()) {
      HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection();
      try {
        if (connection.getResponseCode() == 200) {
          return;
        }
      } catch (IOException _) {
        // Not listening yet.
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("the gate did not become ready");
  }
}

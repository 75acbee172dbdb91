import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.MaskingPolicy;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.StandardEngines;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessIdentity;
import dev.sluice.policy.plan.AccessPlanner;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.Named;
import dev.sluice.policy.plan.PlanRequest;
import dev.sluice.policy.plan.PlanResult;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How long a plan takes in a database of 2,000 tables with 40,000 columns, 4,000 of them masked, with the operator's own code:
 * {@code Plans HOST PORT DATABASE CHANGES}. Prints a line for each pass: what it was, then the milliseconds for reading the
 * catalogue, for compiling and for applying. The database is an empty one.
 */
final class Plans {
  private static final int TABLES = 2000;
  private static final int COLUMNS = 20;

  private Plans() {}

  public static void main(String[] arguments) throws Exception {
    String host = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    make("jdbc:postgresql://%s:%d/%s?user=postgres".formatted(host, port, arguments[2]));
    DatabaseEngine engine =
        new StandardEngines(new Passwords(new SecureRandom()), Clock.systemUTC())
            .engine(
                DatabaseSpec.Engine.PostgreSQL,
                new AdminConnection(
                    List.of(new Bundle.Endpoint(host, port)),
                    arguments[2],
                    new Bundle.Tls(Bundle.TlsMode.DISABLE, null),
                    "postgres",
                    "not asked for"));
    engine.prepare();
    pass("first", engine, "");
    for (int change = 0; change < Integer.parseInt(arguments[3]); change++) {
      pass("change", engine, "  - {match: {columns: [public.t%d.d5]}, mask: {type: Nullify}}".formatted(change));
      pass("unchanged", engine, "  - {match: {columns: [public.t%d.d5]}, mask: {type: Nullify}}".formatted(change));
    }
  }

  private static void pass(String what, DatabaseEngine engine, String rule) {
    long begun = System.nanoTime();
    Catalogue catalogue = engine.catalogue(List.of("public"));
    long read = System.nanoTime();
    PlanResult result = AccessPlanner.plan(request(catalogue, rule));
    if (!(result instanceof PlanResult.Planned planned)) {
      throw new IllegalStateException(result.toString());
    }
    long compiled = System.nanoTime();
    engine.apply(planned.plan());
    long applied = System.nanoTime();
    System.out.printf("%s %d %d %d%n", what, millis(begun, read), millis(read, compiled), millis(compiled, applied));
  }

  private static long millis(long from, long to) {
    return (to - from) / 1_000_000;
  }

  private static PlanRequest request(Catalogue catalogue, String rule) {
    Database database =
        Serialization.unmarshal(
            """
            spec:
              engine: PostgreSQL
              endpoints: [{host: 127.0.0.1}]
              database: plans
              tls: {mode: Disable, insecureReason: a benchmark}
              adminSecretRef: {name: admin}
              classifications:
              - {table: "public.*", columns: {email: pii.email, card: pci.pan}}
            """,
            Database.class);
    DatabaseAccess access =
        Serialization.unmarshal(
            """
            spec:
              databaseRef: {name: plans, namespace: bench}
              subjects: [{kind: ServiceAccount, name: bench}]
              purpose: bench
              grants:
            """
                + IntStream.range(0, TABLES / 100)
                    .mapToObj(
                        part ->
                            IntStream.range(part * 100, part * 100 + 100)
                                .mapToObj("public.t%d"::formatted)
                                .collect(Collectors.joining(", ", "  - {tables: [", "], privileges: [SELECT]}\n")))
                    .collect(Collectors.joining()),
            DatabaseAccess.class);
    MaskingPolicy policy =
        Serialization.unmarshal(
            """
            spec:
              rules:
              - {match: {classes: [pii.email]}, mask: {type: Email}}
              - {match: {classes: [pci.pan]}, mask: {type: Token}}
            """
                + rule,
            MaskingPolicy.class);
    return new PlanRequest(
        new AccessIdentity("bench", "plans", "plans", Instant.EPOCH),
        access.getSpec(),
        Map.of(),
        new DatabaseIdentity("bench", "plans", "plans", Map.of()),
        database.getSpec(),
        List.of(new Named<>("bench", policy.getSpec())),
        List.of(),
        catalogue,
        Instant.now());
  }

  private static void make(String url) throws Exception {
    String rest =
        IntStream.range(0, COLUMNS - 3)
            .mapToObj("d%d text"::formatted)
            .collect(Collectors.joining(", "));
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (int table = 0; table < TABLES; table++) {
        statement.addBatch(
            "CREATE TABLE t%d (id bigint PRIMARY KEY, email varchar(80), card varchar(19), %s)".formatted(table, rest));
      }
      statement.executeBatch();
      statement.execute("ANALYZE");
    }
  }
}

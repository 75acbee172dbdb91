package dev.sluice.operator.scenario;

import static org.awaitility.Awaitility.await;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.MaskingPolicy;
import dev.sluice.fixtures.DatabaseLogin;
import dev.sluice.fixtures.RealApiServer;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** Two namespaces, a database with a shop, and its resources. */
final class Scene {
  private final RealApiServer cluster = RunningControlPlane.shared().cluster();
  private final TestDatabase database;
  private final String databases = cluster.newNamespace("databases");
  private final String shop = cluster.newNamespace("shop", "tier", "shop");

  Scene(RealPostgres server) {
    database = server.newDatabase();
    try {
      database.execute(
          database.admin(),
          """
          CREATE TABLE customers (id int PRIMARY KEY, name text, email text, ssn text);
          CREATE TABLE orders (id int PRIMARY KEY, customer int, total numeric);
          INSERT INTO customers VALUES (1, 'Ada', 'ada@example.org', '123-45-6789');
          INSERT INTO orders VALUES (1, 1, 10)
          """);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
    cluster.serviceAccount(shop, "shop-api");
    secret(admin().password());
  }

  String databases() {
    return databases;
  }

  String shop() {
    return shop;
  }

  TestDatabase server() {
    return database;
  }

  void secret(String password) {
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(databases)
                .withName("orders-admin")
                .endMetadata()
                .withType("kubernetes.io/basic-auth")
                .withStringData(Map.of("username", admin().user(), "password", password))
                .build())
        .fieldManager("test")
        .forceConflicts()
        .serverSideApply();
  }

  String databaseYaml() {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: Database
    metadata: {name: orders, namespace: %1$s, labels: {scene: %1$s}}
    spec:
      engine: PostgreSQL
      endpoints: [{host: %2$s, port: %3$d}]
      database: %4$s
      tls: {mode: Disable, insecureReason: a test on one machine}
      adminSecretRef: {name: orders-admin}
      allowedNamespaces: {from: Selector, selector: {matchLabels: {tier: shop}}}
      classifications:
      - {table: public.customers, columns: {email: pii.email, ssn: pii.national-id}}
    """
        .formatted(databases, database.host(), database.port(), database.name());
  }

  String accessYaml() {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: DatabaseAccess
    metadata: {name: orders, namespace: %1$s}
    spec:
      databaseRef: {name: orders, namespace: %2$s}
      subjects: [{kind: ServiceAccount, name: shop-api}]
      purpose: order-processing
      grants:
      - {tables: [public.orders], privileges: [SELECT, INSERT, UPDATE]}
      - {tables: [public.customers], privileges: [SELECT]}
    """
        .formatted(shop, databases);
  }

  String maskingYaml() {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: MaskingPolicy
    metadata: {name: %1$s}
    spec:
      databases: {matchLabels: {scene: %1$s}}
      rules:
      - {match: {classes: ["pii.national-id"]}, mask: {type: KeepLast, keepLast: {characters: 4}}}
    """
        .formatted(databases);
  }

  String guardrailYaml() {
    return guardrailYaml("{use: no-drop}");
  }

  String guardrailYaml(String rules) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: GuardrailPolicy
    metadata: {name: %1$s}
    spec:
      databases: {matchLabels: {scene: %1$s}}
      rules: [%2$s]
    """
        .formatted(databases, rules);
  }

  void apply(String yaml) {
    HasMetadata resource = cluster.client().getKubernetesSerialization().unmarshal(yaml);
    cluster.client().resource(resource).fieldManager("test").forceConflicts().serverSideApply();
  }

  Database database() {
    return cluster
        .client()
        .resources(Database.class)
        .inNamespace(databases)
        .withName("orders")
        .require();
  }

  DatabaseAccess access() {
    return cluster
        .client()
        .resources(DatabaseAccess.class)
        .inNamespace(shop)
        .withName("orders")
        .require();
  }

  int maskedColumns() {
    return Objects.requireNonNullElse(access().getStatus().maskedColumns(), -1);
  }

  int sessions() {
    return Objects.requireNonNullElse(access().getStatus().sessions(), -1);
  }

  int accesses() {
    return Objects.requireNonNullElse(database().getStatus().accesses(), -1);
  }

  String role() {
    return Objects.requireNonNull(access().getStatus().role());
  }

  MaskingPolicy masking() {
    return cluster.client().resources(MaskingPolicy.class).withName(databases).require();
  }

  GuardrailPolicy guardrail() {
    return cluster.client().resources(GuardrailPolicy.class).withName(databases).require();
  }

  Pod pod(String name) {
    return cluster
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(shop)
                .withName(name)
                .addToLabels("sluice.dev/access", "orders")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("shop-api")
                .addNewContainer()
                .withName("api")
                .withImage("localhost/api")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  Condition awaitDatabase(String type, String status, String reason) {
    return awaitCondition(
        () -> database().getStatus() == null ? null : database().getStatus().conditions(),
        type,
        status,
        reason);
  }

  Condition awaitAccess(String status, String reason) {
    return awaitCondition(
        () -> access().getStatus() == null ? null : access().getStatus().conditions(),
        "Ready",
        status,
        reason);
  }

  Condition awaitMasking(String status, String reason) {
    return awaitCondition(
        () -> masking().getStatus() == null ? null : masking().getStatus().conditions(),
        "Ready",
        status,
        reason);
  }

  Condition awaitGuardrail(String status, String reason) {
    return awaitCondition(
        () -> guardrail().getStatus() == null ? null : guardrail().getStatus().conditions(),
        "Ready",
        status,
        reason);
  }

  static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200));
  }

  static Condition awaitCondition(
      Supplier<@Nullable List<Condition>> conditions, String type, String status, String reason) {
    String wanted = "%s=%s %s".formatted(type, status, reason);
    return patiently()
        .until(
            () -> find(conditions.get(), type),
            found ->
                found != null
                    && wanted.equals(
                        "%s=%s %s"
                            .formatted(found.getType(), found.getStatus(), found.getReason())));
  }

  private static @Nullable Condition find(@Nullable List<Condition> conditions, String type) {
    return conditions == null
        ? null
        : conditions.stream().filter(each -> type.equals(each.getType())).findFirst().orElse(null);
  }

  /** One administrator for all databases of a server, as sluice_owner is one role for all. */
  DatabaseLogin admin() {
    return database.superuser();
  }
}

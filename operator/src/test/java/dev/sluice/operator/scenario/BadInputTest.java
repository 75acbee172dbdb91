package dev.sluice.operator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.RealPostgres.TlsUse;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is wrong is told with field and remedy, changes nothing else, and mends itself. */
class BadInputTest {
  private final KubernetesClient client = RunningControlPlane.shared().cluster().client();
  private final RealPostgres postgres = RealPostgres.shared(PostgresVersion.V18);
  private final Scene scene = new Scene(postgres);

  @Test
  void aDatabaseThatCannotBeReached() {
    scene.apply(scene.databaseYaml().replace("port: " + postgres.port(), "port: 1"));
    scene.apply(scene.accessYaml());

    assertThat(scene.awaitDatabase("Ready", "False", "Unreachable").getMessage())
        .contains("127.0.0.1:1");
    scene.awaitDatabase("Reachable", "False", "Unreachable");
    scene.awaitDatabase("Reconciling", "True", "Unreachable");
    scene.awaitAccess("False", "DatabaseNotReady");

    scene.apply(scene.databaseYaml());
    scene.awaitDatabase("Ready", "True", "Prepared");
    scene.awaitAccess("True", "Applied");
  }

  @Test
  void aWrongPasswordAndAMissingSecret() {
    scene.secret("wrong");
    scene.apply(scene.databaseYaml());
    assertThat(scene.awaitDatabase("Ready", "False", "AuthenticationFailed").getMessage())
        .doesNotContain("wrong");
    scene.awaitDatabase("Stalled", "True", "AuthenticationFailed");

    client.secrets().inNamespace(scene.databases()).withName("orders-admin").delete();
    assertThat(scene.awaitDatabase("Ready", "False", "SecretNotFound").getMessage())
        .startsWith("spec.adminSecretRef.name: there is no Secret orders-admin");

    scene.secret(scene.admin().password());
    scene.awaitDatabase("Ready", "True", "Prepared");
  }

  @Test
  void aKeyForHashesThatIsMissingOrTooShort() {
    scene.apply(
        scene.databaseYaml()
            + "  evidence: {bindValues: Hash, hashKeyRef: {name: orders-bind-values}}\n");
    assertThat(scene.awaitDatabase("Ready", "False", "SecretNotFound").getMessage())
        .startsWith("spec.evidence.hashKeyRef.name: there is no Secret orders-bind-values");

    hashKey("short");
    assertThat(scene.awaitDatabase("Ready", "False", "HashKeyInvalid").getMessage())
        .contains("fewer than 32 bytes under key key")
        .doesNotContain("short");

    hashKey("0123456789abcdef0123456789abcdef");
    scene.awaitDatabase("Ready", "True", "Prepared");
  }

  private void hashKey(String key) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("orders-bind-values")
                .withNamespace(scene.databases())
                .endMetadata()
                .addToStringData("key", key)
                .build())
        .serverSideApply();
  }

  @Test
  void aCertificateThatDoesNotVerify() {
    RealPostgres other = RealPostgres.shared(PostgresVersion.V15);
    authority(other.caCertificate());
    scene.apply(
        scene
            .databaseYaml()
            .replace(
                "{mode: Disable, insecureReason: a test on one machine}",
                "{mode: VerifyFull, caRef: {kind: ConfigMap, name: orders-ca}}"));
    scene.awaitDatabase("Ready", "False", "CertificateNotTrusted");

    authority(postgres.caCertificate());
    scene.awaitDatabase("Ready", "True", "Prepared");
  }

  @Test
  void anAccessBeyondWhatIsAllowedKeepsWhatItHad() {
    scene.apply(scene.maskingYaml());
    scene.apply(scene.databaseYaml());
    scene.apply(scene.accessYaml());
    scene.awaitAccess("True", "Applied");
    String role = scene.role();

    scene.apply(scene.accessYaml().replace("public.orders", "public.order"));
    assertThat(scene.awaitAccess("False", "UnknownTable").getMessage())
        .contains("spec.grants[0].tables[0]");
    scene.apply(scene.accessYaml().replace("public.orders", "secret.orders"));
    scene.awaitAccess("False", "SchemaBeyondCeiling");
    assertThat(scene.role()).isEqualTo(role);

    scene.apply(scene.accessYaml());
    scene.awaitAccess("True", "Applied");
    scene.apply(
        scene.databaseYaml().replace("matchLabels: {tier: shop}", "matchLabels: {tier: billing}"));
    assertThat(scene.awaitAccess("False", "NamespaceNotAllowed").getMessage())
        .contains("spec.databaseRef");

    client
        .namespaces()
        .withName(scene.shop())
        .edit(
            namespace -> {
              namespace.getMetadata().getLabels().put("tier", "billing");
              return namespace;
            });
    scene.awaitAccess("True", "Applied");
  }

  @Test
  void aMaskReachesAnAccessThatCannotBeGiven() {
    scene.apply(scene.databaseYaml());
    scene.apply(scene.accessYaml());
    scene.awaitAccess("True", "Applied");
    scene.apply(scene.accessYaml().replace("public.orders", "public.order"));
    scene.awaitAccess("False", "UnknownTable");
    assertThat(scene.maskedColumns()).isZero();

    scene.apply(scene.maskingYaml());
    Scene.patiently().until(() -> scene.maskedColumns() == 1);
    assertThat(scene.awaitAccess("False", "UnknownTable").getMessage())
        .contains("spec.grants[0].tables[0]");
  }

  @Test
  void aFilterOverAColumnThatIsMaskedNowShowsNoRows() {
    scene.apply(scene.databaseYaml());
    scene.apply(
        scene
            .accessYaml()
            .replace(
                "tables: [public.customers], privileges: [SELECT]",
                "tables: [public.customers], privileges: [SELECT], rows: \"ssn LIKE '1%'\""));
    scene.awaitAccess("True", "Applied");

    scene.apply(scene.maskingYaml());
    assertThat(scene.awaitAccess("False", "PlanRefused").getMessage())
        .contains("spec.grants[1].rows")
        .contains("public.customers shows no rows until its row filter can be used.");
    assertThat(scene.maskedColumns()).isEqualTo(1);
  }

  @Test
  void aMaskingPolicyThatCannotBeRight() {
    scene.apply(scene.databaseYaml());
    scene.apply(
        scene
            .maskingYaml()
            .replace("classes: [\"pii.national-id\"]", "columns: [\"public.customers.snn\"]"));
    assertThat(scene.awaitMasking("False", "UnknownColumn").getMessage()).contains("spec.rules[0]");

    scene.apply(
        scene
            .maskingYaml()
            .replace("KeepLast, keepLast: {characters: 4}", "DateTrunc, dateTrunc: {to: Year}"));
    scene.awaitMasking("False", "MaskDoesNotFit");

    scene.apply(
        scene
            .maskingYaml()
            .replace("classes: [\"pii.national-id\"]", "columns: [\"pulbic.customers.ssn\"]"));
    assertThat(scene.awaitMasking("False", "UnknownSchema").getMessage())
        .contains("spec.rules[0].match.columns")
        .contains("Did you mean public?");

    scene.apply(scene.maskingYaml());
    scene.awaitMasking("True", "Accepted");
  }

  @Test
  void anAccessEndsThoughItsDatabaseIsNotReady() throws Exception {
    scene.apply(scene.databaseYaml());
    scene.apply(scene.accessYaml());
    scene.awaitAccess("True", "Applied");
    String token = RunningControlPlane.shared().cluster().podToken(scene.pod("api-1"), "sluice");
    scene.apply(scene.databaseYaml().replace("port: " + postgres.port(), "port: 1"));
    scene.awaitAccess("False", "DatabaseNotReady");

    scene.apply(scene.accessYaml() + "  expiresAt: %s\n".formatted(Instant.now().plusSeconds(3)));

    Scene.patiently()
        .until(
            () -> {
              var answer =
                  RunningControlPlane.shared()
                      .api()
                      .get("/v1/bundle?access=%s/orders".formatted(scene.shop()), token, null);
              return answer.body().contains("has expired") && answer.body().contains("REVOKED");
            });
  }

  @Test
  void aMaskingPolicyIsReadyOnlyWhenItWasLookedAt() {
    scene.apply(scene.databaseYaml());
    scene.awaitDatabase("Ready", "True", "Prepared");
    scene.apply(scene.maskingYaml());
    scene.awaitMasking("True", "Accepted");
    // Whenever it is told to be ready, its mistake has been looked for.
    scene.apply(
        scene
            .maskingYaml()
            .replace("classes: [\"pii.national-id\"]", "columns: [\"public.customers.snn\"]"));
    Condition first =
        Scene.patiently()
            .until(
                () ->
                    Objects.requireNonNull(scene.masking().getStatus().conditions()).stream()
                        .filter(it -> it.getType().equals("Ready"))
                        .findFirst()
                        .orElseThrow(),
                it -> it.getObservedGeneration() == 2 && !it.getReason().equals("NotLookedAt"));
    assertThat(first.getReason()).isEqualTo("UnknownColumn");
  }

  @Test
  void aDatabaseThatDoesNotExist() {
    scene.apply(scene.accessYaml());
    assertThat(scene.awaitAccess("False", "DatabaseNotFound").getMessage())
        .startsWith("spec.databaseRef");
    delete(DatabaseAccess.class, scene.shop());
    awaitGone(DatabaseAccess.class, scene.shop());
  }

  @Test
  void anAccessOfADatabaseThatIsAwayIsDeletedAllTheSame() {
    try (RealPostgres own = RealPostgres.start(PostgresVersion.V18, TlsUse.OFFERED)) {
      Scene away = new Scene(own);
      away.apply(away.databaseYaml());
      away.apply(away.accessYaml());
      away.awaitAccess("True", "Applied");
      own.stop();

      delete(DatabaseAccess.class, away.shop());
      away.awaitAccess("False", "Unreachable");
      awaitGone(DatabaseAccess.class, away.shop());
      awaitEvent(away.shop(), "LeftBehind");

      delete(Database.class, away.databases());
      awaitGone(Database.class, away.databases());
      awaitEvent(away.databases(), "LeftBehind");
    }
  }

  @Test
  void aDatabaseThatIsDeletedTakesItsAccessesBack() throws Exception {
    scene.apply(scene.databaseYaml());
    scene.apply(scene.accessYaml());
    scene.awaitAccess("True", "Applied");
    String role = scene.role();

    delete(Database.class, scene.databases());
    awaitGone(Database.class, scene.databases());
    scene.awaitAccess("False", "DatabaseNotFound");
    try (var connection = scene.server().connect(scene.server().superuser());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_roles WHERE rolname = '%s'".formatted(role))) {
      rows.next();
      assertThat(rows.getInt(1)).isZero();
    }
    delete(DatabaseAccess.class, scene.shop());
    awaitGone(DatabaseAccess.class, scene.shop());
  }

  private void authority(String pem) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(scene.databases())
                .withName("orders-ca")
                .endMetadata()
                .withData(Map.of("ca.crt", pem))
                .build())
        .fieldManager("test")
        .forceConflicts()
        .serverSideApply();
  }

  private <T extends io.fabric8.kubernetes.api.model.HasMetadata> void delete(
      Class<T> type, String namespace) {
    client.resources(type).inNamespace(namespace).withName("orders").delete();
  }

  private <T extends io.fabric8.kubernetes.api.model.HasMetadata> void awaitGone(
      Class<T> type, String namespace) {
    Scene.patiently()
        .until(
            () -> client.resources(type).inNamespace(namespace).withName("orders").get() == null);
  }

  private void awaitEvent(String namespace, String reason) {
    Scene.patiently()
        .until(
            () ->
                client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                    .anyMatch(event -> reason.equals(event.getReason())));
  }
}
